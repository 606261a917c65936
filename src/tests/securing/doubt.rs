//! An address that came lately: what takes it off again, and from when on nothing does (S81, S32).

use super::*;

const WEEK: i64 = 604_800;
const OLD: &str = "ada@example.org";
const EVE: &str = "eve@evil.example";

/// An account to which a thief has added an address; the thief's token.
async fn joined(server: &Server) -> String {
    confirmed(server, "ada").await;
    server.app.clock.advance(WEEK);
    let token = server.login("ada").await;
    add(server, &token, EVE).await
}

both! {
    async fn s81_the_notice_of_an_added_address_takes_it_off(server: Server) {
        joined(&server).await;
        let wrong = link(&server.app, CHANGED, OLD).await;
        press(&server, &wrong).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        let to: Vec<_> = mails(&server.app, CLOSED).await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, [OLD]);
        let told: Vec<_> = mails(&server.app, TAKEN_OFF).await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(told, [EVE]);
        server.send(sign_in(EVE, PASSWORD)).await.expect(401);
    }

    /// The thief is told of the closing by a mail of their own, and uses it: it gives them nothing, and takes nothing off.
    async fn a_later_address_takes_no_older_one_off(server: Server) {
        joined(&server).await;
        let of_eve = link(&server.app, ADDED, EVE).await;
        press(&server, &of_eve).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, EVE]);
        let to: Vec<_> = mails(&server.app, CLOSED).await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, [OLD]);
    }

    /// A password that was chosen by the added address is told to the older one, whose link ends that.
    async fn s32_a_password_by_an_added_address_is_taken_back(server: Server) {
        joined(&server).await;
        server.send(post("/api/v1/recovery").json(json!({ "identifier": EVE }))).await.expect(202);
        choose(&server, RESET, EVE, OTHER).await;
        let told = link(&server.app, PASSWORD_RESET, OLD).await;
        press(&server, &told).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        server.send(sign_in("ada", OTHER)).await.expect(401);
    }

    /// Made the main one, with the older one removed, days later: each change prolongs the doubt.
    async fn s81_doubt_outlives_the_week_of_its_beginning(server: Server) {
        joined(&server).await;
        server.app.clock.advance(WEEK - 1);
        let thief = server.login("ada").await;
        let thief = promote(&server, &thief, EVE).await;
        remove(&server, &thief, OLD).await;
        server.app.clock.advance(WEEK - 1);
        let undo = link(&server.app, REPLACED, OLD).await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        let to: Vec<_> = mails(&server.app, CLOSED).await.into_iter().map(|(to, _)| to).collect();
        assert_eq!(to, [OLD]);
    }

    /// The main address of before takes its place back, and with it the one that had taken it.
    async fn s81_the_main_address_of_before_undoes_the_change(server: Server) {
        let thief = joined(&server).await;
        let thief = promote(&server, &thief, EVE).await;
        enrol_in(&server, &thief).await;
        let undo = link(&server.app, REPLACED, OLD).await;
        let (_, path, page) = open(&server, &undo).await;
        assert_eq!(path, "/undo");
        let page = page.expect(200).page();
        assert!(page.contains(OLD) && page.contains("becomes its main address again"), "{page}");
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        choose(&server, CLOSED, OLD, OTHER).await;
        // The app came after the thief's address.
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// A person whose mailbox is lost has another: the reader of the lost one takes no address off that has been there for a week.
    async fn an_address_of_a_week_is_taken_off_by_none(server: Server) {
        let token = joined(&server).await;
        drop(token);
        server.app.clock.advance(WEEK);
        let owner = server.login("ada").await;
        let owner = promote(&server, &owner, EVE).await;
        remove(&server, &owner, OLD).await;
        let undo = link(&server.app, DROPPED, OLD).await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, EVE]);
        // It is told, and closes the account in its turn; both choose a new password then.
        let told = link(&server.app, CHANGED, EVE).await;
        press(&server, &told).await.expect(303);
        let mut to: Vec<_> = mails(&server.app, CLOSED).await.into_iter().map(|(to, _)| to).collect();
        to.sort();
        assert_eq!(to, [OLD, OLD, EVE]);
    }

    /// The owner removes the thief's address, which undoes that: the older one is told at each step, and has the last word.
    async fn s81_an_older_address_has_the_last_word(server: Server) {
        joined(&server).await;
        let owner = server.login("ada").await;
        remove(&server, &owner, EVE).await;
        let undo = link(&server.app, DROPPED, EVE).await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, EVE]);
        choose(&server, CLOSED, EVE, OTHER).await;
        let told = link(&server.app, PASSWORD_RESET, OLD).await;
        press(&server, &told).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
    }

    /// An owner's address of days, and a thief's that came after it: order decides, not age.
    async fn of_two_in_doubt_the_older_one_stays(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(WEEK);
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        let token = add(&server, &token, EVE).await;
        // The thief makes the owner's the main one: it is no younger for that.
        promote(&server, &token, "ada@new.example").await;
        let of_eve = link(&server.app, CHANGED, EVE).await;
        press(&server, &of_eve).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, "ada@new.example", EVE]);
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada@new.example" }))).await.expect(202);
        choose(&server, RESET, "ada@new.example", OTHER).await;
        server.send(form("/login", &[("identifier", "ada"), ("password", OTHER)])).await.expect(303);
        let told = link(&server.app, SIGNED_IN, "ada@new.example").await;
        press(&server, &told).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, "ada@new.example"]);
    }

    /// A closing by an older address in use takes it off, though it was removed: it could undo that otherwise.
    async fn an_older_address_takes_a_removed_one_off(server: Server) {
        joined(&server).await;
        let owner = server.login("ada").await;
        remove(&server, &owner, EVE).await;
        let undo = link(&server.app, DROPPED, EVE).await;
        press(&server, &link(&server.app, CHANGED, OLD).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD]);
        assert_eq!(server.send(get(&undo)).await.expect(303).header("location"), "/go");
    }

    /// The thief removes an owner's address of days, and closes the account: that one can undo its removal all the same.
    async fn s32_a_later_address_ends_no_undo_of_an_earlier_one(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(WEEK);
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        let token = add(&server, &token, EVE).await;
        remove(&server, &token, "ada@new.example").await;
        press(&server, &link(&server.app, CHANGED, EVE).await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, "(ada@new.example)", EVE]);
        press(&server, &link(&server.app, DROPPED, "ada@new.example").await).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, "ada@new.example"]);
        let main = server.sql("select address from user_emails where primary_at is not null").await;
        assert_eq!(main, ["ada@new.example"]);
    }

    /// The main address is the reader's again, and not the oldest one.
    async fn the_reader_takes_the_place_of_a_main_address_that_is_taken_off(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(WEEK);
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        promote(&server, &token, "ada@new.example").await;
        server.app.clock.advance(WEEK);
        let thief = server.login("ada").await;
        let thief = add(&server, &thief, EVE).await;
        let told = link(&server.app, CHANGED, "ada@new.example").await;
        promote(&server, &thief, EVE).await;
        press(&server, &told).await.expect(303);
        assert_eq!(addresses(&server).await, [OLD, "ada@new.example"]);
        let main = server.sql("select address from user_emails where primary_at is not null").await;
        assert_eq!(main, ["ada@new.example"]);
    }
}
