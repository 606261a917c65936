//! `vestibule client` and `vestibule resource`.

use super::*;

const WEB: [&str; 8] = [
    "--kind",
    "web",
    "--name",
    "Grafana",
    "--redirect-uri",
    "https://grafana.example.com/login",
    "--role",
    "admin",
];

fn shown(server: &Server, id: &str) -> Value {
    let said = run(server, &["client", "show", id, "--json"]).fine();
    serde_json::from_str(&said).expect("JSON")
}

both! {
    async fn a_client_is_made_edited_and_deleted(server: Server) {
        let said = run(&server, &[&["client", "create", "grafana"], &WEB[..]].concat()).fine();
        let mut lines = said.lines();
        assert_eq!(lines.next(), Some("made the client grafana (web); its secret is shown once:"));
        assert!(lines.next().is_some_and(|line| line.starts_with("vst_cs_")), "{said}");
        assert_eq!(lines.next(), None);
        let again = run(&server, &[&["client", "create", "grafana"], &WEB[..]].concat()).refused();
        assert!(again.contains("there is a client grafana already"), "{again}");
        let made = shown(&server, "grafana");
        assert_eq!((&made["settings"]["roles"], made["secrets"].as_array().map(Vec::len)), (&json!(["admin"]), Some(1)));

        run(&server, &["client", "edit", "grafana", "--contact", "ops", "--grant-life", "30d"]).fine();
        let edited = shown(&server, "grafana");
        assert_eq!((&edited["settings"]["contact"], &edited["settings"]["grant_life"]), (&json!("ops"), &json!(2_592_000)));
        assert_eq!(edited["settings"]["redirect_uris"], made["settings"]["redirect_uris"]);
        run(&server, &["client", "edit", "grafana", "--clear", "contact", "--clear", "grant-life", "--everybody"]).fine();
        let cleared = shown(&server, "grafana");
        for name in ["contact", "grant_life", "roles"] {
            assert_eq!(cleared["settings"].get(name), None, "{name}");
        }
        let refused = run(&server, &["client", "edit", "grafana", "--redirect-uri", "http://evil.example.com"]).refused();
        assert!(refused.contains(r#"redirect_uris: "http://evil.example.com""#), "{refused}");
        let refused = run(&server, &["client", "edit", "grafana", "--clear", "roles"]).refused();
        assert!(refused.contains("--everybody"), "{refused}");
        run(&server, &["client", "edit", "grafana", "--clear", "colour"]).refused();

        run(&server, &["client", "disable", "grafana"]).fine();
        let listed = run(&server, &["client", "list"]).fine();
        assert!(listed.contains("grafana") && listed.contains("disabled"), "{listed}");
        run(&server, &["client", "enable", "grafana"]).fine();
        assert_eq!(shown(&server, "grafana")["disabled_at"], Value::Null);
        run(&server, &["client", "delete", "grafana"]).fine();
        for command in ["show", "edit", "disable", "enable", "delete"] {
            let refused = run(&server, &["client", command, "grafana"]).refused();
            assert!(refused.contains("there is no client grafana in"), "{command}: {refused}");
        }
    }

    async fn it_must_be_said_who_may_use_it(server: Server) {
        let create = ["client", "create", "shop", "--kind", "spa", "--name", "Shop", "--redirect-uri", "https://shop.example.com/"];
        let refused = run(&server, &create).refused();
        assert!(refused.contains("--role ROLE, or --everybody"), "{refused}");
        let said = run(&server, &[&create[..], &["--everybody"]].concat()).fine();
        assert_eq!(said, "made the client shop (spa)\n");
        // Nobody signs in to a machine.
        let said = run(&server, &["client", "create", "nightly", "--kind", "machine", "--name", "Nightly"]).fine();
        assert_eq!(said.lines().count(), 2, "{said}");
        let both = [&create[..], &["--everybody", "--role", "admin"]].concat();
        assert_eq!(run(&server, &both).code, Some(2));
    }

    async fn secrets_overlap(server: Server) {
        run(&server, &[&["client", "create", "grafana"], &WEB[..]].concat()).fine();
        let first = shown(&server, "grafana")["secrets"][0]["id"].as_str().expect("an id").to_owned();
        let said = run(&server, &["client", "secret", "add", "grafana", "--for", "2d"]).fine();
        let secret = said.lines().nth(1).expect("a secret");
        assert!(said.contains("it is shown once") && secret.starts_with("vst_cs_"), "{said}");
        let words = run(&server, &["client", "show", "grafana"]).fine();
        assert!(words.contains(&secret[secret.len() - 4..]) && !words.contains(secret), "{words}");
        run(&server, &["client", "secret", "remove", "grafana", &first]).fine();
        let refused = run(&server, &["client", "secret", "remove", "grafana", &first]).refused();
        assert!(refused.contains("there is no secret"), "{refused}");
        for _ in 0..4 {
            run(&server, &["client", "secret", "add", "grafana"]).fine();
        }
        let refused = run(&server, &["client", "secret", "add", "grafana"]).refused();
        assert!(refused.contains("five secrets"), "{refused}");
        let spa = ["client", "create", "shop", "--kind", "spa", "--name", "Shop", "--redirect-uri", "https://shop.example.com/", "--everybody"];
        run(&server, &spa).fine();
        let refused = run(&server, &["client", "secret", "add", "shop"]).refused();
        assert!(refused.contains("has no secret"), "{refused}");
    }

    async fn a_resource_is_made_edited_and_deleted(server: Server) {
        let uri = "https://api.example.com";
        let scopes = ["--scope", "orders:read=See your orders", "--scope", "orders:write=Place orders"];
        run(&server, &[&["resource", "create", uri, "--name", "Orders"], &scopes[..]].concat()).fine();
        run(&server, &["resource", "create", uri, "--name", "Orders"]).refused();
        run(&server, &["resource", "edit", uri, "--token-life", "2m", "--alg", "ES256"]).fine();
        let shown: Value = serde_json::from_str(&run(&server, &["resource", "show", uri, "--json"]).fine()).expect("JSON");
        let expected = json!({
            "name": "Orders", "alg": "ES256", "token_life": 120,
            "scopes": { "orders:read": "See your orders", "orders:write": "Place orders" },
        });
        assert_eq!(shown["settings"], expected);
        run(&server, &["resource", "edit", uri, "--clear", "token-life"]).fine();
        let machine = ["client", "create", "nightly", "--kind", "machine", "--name", "Nightly", "--resource", uri, "--scope", "orders:read"];
        run(&server, &machine).fine();
        let refused = run(&server, &["resource", "delete", uri]).refused();
        assert!(refused.contains("the client nightly names it"), "{refused}");
        run(&server, &["client", "delete", "nightly"]).fine();
        run(&server, &["resource", "disable", uri]).fine();
        assert!(run(&server, &["resource", "list"]).fine().contains("disabled"));
        run(&server, &["resource", "enable", uri]).fine();
        run(&server, &["resource", "delete", uri]).fine();
        let refused = run(&server, &["resource", "show", uri]).refused();
        assert!(refused.contains("there is no resource https://api.example.com in"), "{refused}");
    }
}
