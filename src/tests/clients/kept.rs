//! Clients in backups.

use super::{super::backup, *};

both! {
    async fn a_backup_has_clients_secrets_and_consents(server: Server) {
        let admin = server.admin().await;
        server.send(api(Method::POST, "/api/v1/resources", orders(), &admin)).await.expect(201);
        server.send(api(Method::POST, "/api/v1/clients", grafana(), &admin)).await.expect(201);
        let asked = json!({ "client_id": "grafana" });
        server.send(api(Method::POST, "/api/v1/client-secrets", asked, &admin)).await.expect(201);
        server.sql("insert into consents (user_id, client_id, resource, scope, settings_hash, granted_at, used_at)
                    select id, 'grafana', '', 'openid', 'hash', 1767225600, 1767225600 from users").await;
        server.sql("insert into authorizations (id, client_id, request, created_at, expires_at)
                    values ('one', 'grafana', '{}', 1767225600, 1767226200)").await;
        let file = backup::save(&server, "saved");
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        vestibule::server::files::make_folder(&data).expect("made");
        std::fs::copy(server.folder().join("secret.key"), data.join("secret.key")).expect("copied");
        let restore = ["restore", "--accounts=as-saved", file.to_str().expect("a path")];
        Said::by(vestibule(folder.path()).args(restore)).fine();
        let shown = Said::by(vestibule(folder.path()).args(["client", "show", "grafana", "--json"])).fine();
        let shown: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(shown["secrets"].as_array().map(Vec::len), Some(1));
        let listed = Said::by(vestibule(folder.path()).args(["resource", "list"])).fine();
        assert!(listed.contains("https://api.example.com/v1"), "{listed}");
    }
}
