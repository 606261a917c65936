//! Whom people who find a fault write to (RFC 9116).

use super::support::*;

both_with! { |flags| {
        flags.brand_support = Some("mailto:help@acme.example".into());
        flags.brand_security = Some("mailto:security@acme.example".into());
    };
    async fn it_has_a_contact_of_its_own(server: Server) {
        let text = server.send(get("/.well-known/security.txt")).await.expect(200).text;
        let wanted = "Contact: mailto:security@acme.example\nExpires: 2026-06-30T00:00:00Z\n";
        assert!(text.starts_with(wanted), "{text}");
        // It never expires in the hand of its reader, who may keep it for a day.
        server.app.clock.advance(86_400);
        let text = server.send(get("/.well-known/security.txt")).await.expect(200).text;
        assert!(text.contains("Expires: 2026-07-01T00:00:00Z"), "{text}");
    }
}
