//! S2, S21: every name gets the same answer and the same writes.

use super::*;
use crate::recovery::{added, reached_alike, rows, seen};

both_with! { |flags| allowed(flags);
    async fn every_name_has_the_same_answer_and_the_same_writes(server: Server) {
        let to = reached_alike(&server, ask, "/login/mail").await;
        assert!(to.iter().any(|to| to == "ada@example.org"), "{to:?}");
        assert!(to.iter().all(|to| to == "ada@example.org" || to == "gone@example.org"), "{to:?}");
    }

    async fn every_wrong_code_has_the_same_answer(server: Server) {
        confirmed(&server, "ada").await;
        let mut answers = Vec::new();
        let mut try_code = async |flow: &str, code: &str| {
            let before = rows(&server).await;
            let reply = server.send(give(flow, code)).await.expect_problem(401, "invalid_code");
            answers.push((seen(&reply), added(&server, &before).await));
        };
        let known = begin(&server, "ada").await;
        let right = newest(&server.app).await;
        let unknown = begin(&server, "nobody").await;
        for (flow, code) in [(&*known, wrong(&right)), (&*unknown, wrong(&right)), (&*"A".repeat(43), "1234 5678"), (&*known, "")] {
            try_code(flow, code).await;
        }
        assert_eq!(answers[0].1, [0, 0, 1, 0]);
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    }
}

both_with! { |flags| {
        allowed(flags);
        flags.recovery_unconfirmed = Some("true".into());
    };
    /// Also where a forgotten password may be replaced through one.
    async fn an_unconfirmed_address_signs_nobody_in(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
        server.send(post("/api/v1/register").json(body)).await.expect(201);
        server.sql("delete from outbox").await;
        begin(&server, "ada").await;
        begin(&server, "ada@example.org").await;
        assert_eq!(delivered(&server.app).await.len(), 0);
    }
}
