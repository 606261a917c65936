use proptest::{prelude::*, sample::select, strategy::Union};

use super::*;
use crate::server::{
    db::clients::ClientRow,
    service::{clients::ClientSettings, oauth::ResponseMode},
};

const START: i64 = 1_800_000_000;

fn client(kind: ClientKind) -> Client {
    Client {
        row: ClientRow {
            id: "app".into(),
            kind: kind.as_str().into(),
            settings: String::new(),
            settings_hash: String::new(),
            tokens_not_before: 0,
            applied_from: None,
            created_at: 0,
            updated_at: 0,
            used_at: None,
            disabled_at: None,
        },
        settings: ClientSettings::new(kind, "App"),
        secrets: Vec::new(),
    }
}

fn request(prompt: &[Prompt]) -> AuthorizationRequest {
    AuthorizationRequest {
        redirect_uri: "https://app.example/".into(),
        mode: ResponseMode::Query,
        state: None,
        scope: vec!["openid".into()],
        resources: Vec::new(),
        nonce: None,
        challenge: None,
        prompt: prompt.to_vec(),
        max_age: None,
        wants_aal2: false,
        login_hint: None,
        expected: None,
    }
}

fn person(signed_in_before: i64) -> Person<'static> {
    Person {
        subject: "ada",
        roles: vec!["user"],
        auth_time: START - signed_in_before,
        acr: "aal1",
        has_factor: false,
    }
}

fn standing(is_consented: bool, has_chosen: bool) -> Standing {
    Standing { started_at: START, has_chosen, is_consented }
}

/// Prompt × person × consent × choice.
#[test]
fn what_happens_next() {
    use OAuthError::{ConsentRequired, LoginRequired};
    use Prompt::{Consent as PromptConsent, Create, Login, None as Silent, SelectAccount};
    use Verdict::{Answer, Ask, Choose, Prove, Refuse, Register, SignIn};
    let (old, fresh) = (Some(person(60)), Some(person(0)));
    for (prompt, who, is_consented, has_chosen, next) in [
        (&[][..], None, true, false, SignIn),
        (&[Silent], None, true, false, Refuse(LoginRequired)),
        (&[Create], None, true, false, Register),
        (&[Login, PromptConsent], None, true, false, SignIn),
        (&[], old.clone(), true, false, Answer),
        (&[], old.clone(), false, false, Ask),
        (&[Silent], old.clone(), true, false, Answer),
        (&[Silent], old.clone(), false, false, Refuse(ConsentRequired)),
        (&[PromptConsent], old.clone(), true, false, Ask),
        (&[PromptConsent], fresh.clone(), true, true, Ask),
        (&[Login], old.clone(), true, false, Prove),
        (&[Login], old.clone(), false, false, Prove),
        (&[Login], fresh.clone(), true, false, Answer),
        (&[Login], fresh.clone(), false, false, Ask),
        (&[Login, PromptConsent], fresh.clone(), true, false, Ask),
        (&[SelectAccount], old.clone(), true, false, Choose),
        (&[SelectAccount], old.clone(), true, true, Answer),
        (&[SelectAccount], old.clone(), false, true, Ask),
        (&[SelectAccount], fresh.clone(), true, false, Answer),
        (&[SelectAccount, Login], old.clone(), true, true, Prove),
        (&[Create], old.clone(), true, false, Choose),
        (&[Create], fresh.clone(), false, false, Ask),
    ] {
        let asked = request(prompt);
        let is = judge(
            &asked,
            &client(ClientKind::Web),
            who.as_ref(),
            standing(is_consented, has_chosen),
        );
        assert_eq!(is, next, "{prompt:?} {who:?} consented {is_consented} chosen {has_chosen}");
    }
}

#[test]
fn age_is_counted_from_the_request() {
    for (max_age, signed_in_before, next) in [
        (0, 0, Verdict::Answer),
        (0, 1, Verdict::Prove),
        (60, 60, Verdict::Answer),
        (60, 61, Verdict::Prove),
        (i64::MAX, 1_000_000, Verdict::Answer),
    ] {
        let asked = AuthorizationRequest { max_age: Some(max_age), ..request(&[]) };
        let who = person(signed_in_before);
        let is = judge(&asked, &client(ClientKind::Web), Some(&who), standing(true, false));
        assert_eq!(is, next, "{max_age} {signed_in_before}");
    }
}

#[test]
fn levels_of_assurance() {
    let demanding = || {
        let mut client = client(ClientKind::Web);
        client.settings.require_acr = Some("aal2".into());
        client
    };
    let with = |acr, has_factor| Person { acr, has_factor, ..person(60) };
    let wishing = AuthorizationRequest { wants_aal2: true, ..request(&[]) };
    let unmet = Verdict::Refuse(OAuthError::UnmetAuthenticationRequirements);
    for (asked, client, who, next) in [
        (&wishing, client(ClientKind::Web), with("aal1", false), Verdict::Answer),
        (&wishing, client(ClientKind::Web), with("aal1", true), Verdict::Prove),
        (&wishing, client(ClientKind::Web), with("aal2", true), Verdict::Answer),
        (&request(&[]), demanding(), with("aal1", false), unmet),
        (&request(&[]), demanding(), with("aal1", true), Verdict::Prove),
        (&request(&[]), demanding(), with("aal2", true), Verdict::Answer),
        (
            &request(&[Prompt::None]),
            demanding(),
            with("aal1", true),
            Verdict::Refuse(OAuthError::InteractionRequired),
        ),
    ] {
        assert_eq!(judge(asked, &client, Some(&who), standing(true, false)), next, "{who:?}");
    }
}

#[test]
fn another_person_than_the_client_expects_chooses() {
    let asked = |prompt| AuthorizationRequest { expected: Some("bob".into()), ..request(prompt) };
    let web = client(ClientKind::Web);
    let is = |prompt, has_chosen| {
        judge(&asked(prompt), &web, Some(&person(0)), standing(true, has_chosen))
    };
    assert_eq!(is(&[], false), Verdict::Choose);
    assert_eq!(is(&[], true), Verdict::Answer);
    for has_chosen in [false, true] {
        assert_eq!(is(&[Prompt::None], has_chosen), Verdict::Refuse(OAuthError::LoginRequired));
    }
}

proptest! {
    /// Whatever is asked: nobody gets an answer who is not signed in, lacks the role, or was not asked; a silent request shows no page,
    /// and a proof or a choice is asked for once at most.
    #[test]
    fn rules_hold_for_every_request(
        silent: bool,
        words in prop::collection::vec(select(vec![Prompt::Login, Prompt::Consent, Prompt::SelectAccount, Prompt::Create]), 0..4),
        max_age in Union::new([Just(None).boxed(), (0..100_i64).prop_map(Some).boxed()]),
        (wants_aal2, demands_aal2) in any::<(bool, bool)>(),
        kind in select(ClientKind::ALL.to_vec()),
        is_own: bool,
        for_admins: bool,
        is_signed_in: bool,
        signed_in_before in 0..100_i64,
        (has_two, has_factor, is_consented, has_chosen) in any::<(bool, bool, bool, bool)>(),
    ) {
        let prompt = if silent { vec![Prompt::None] } else { words };
        let asked = AuthorizationRequest { max_age, wants_aal2, ..request(&prompt) };
        let mut client = client(kind);
        client.settings.require_acr = demands_aal2.then(|| "aal2".into());
        if is_own { client.settings.consent = Consent::Skip; }
        if for_admins { client.settings.roles = vec!["admin".into()]; }
        let who = Person { acr: if has_two { "aal2" } else { "aal1" }, has_factor, ..person(signed_in_before) };
        let who = is_signed_in.then_some(who);
        let next = judge(&asked, &client, who.as_ref(), standing(is_consented, has_chosen));
        if next == Verdict::Answer {
            prop_assert!(is_signed_in && !for_admins);
            prop_assert!(kind != ClientKind::Native && (is_own || is_consented));
            prop_assert!(!demands_aal2 || has_two);
            prop_assert!(!asked.prompts(Prompt::Consent));
        }
        if silent {
            prop_assert!(matches!(next, Verdict::Answer | Verdict::Refuse(_)));
        }
        // After a proof with all that the account has, at this moment, nothing asks for another one.
        if next == Verdict::Prove {
            let proven = Person { acr: if has_factor { "aal2" } else { "aal1" }, ..person(0) };
            let then = judge(&asked, &client, Some(&Person { has_factor, ..proven }), standing(is_consented, has_chosen));
            prop_assert!(then != Verdict::Prove, "{then:?}");
        }
        if next == Verdict::Choose {
            let then = judge(&asked, &client, who.as_ref(), standing(is_consented, true));
            prop_assert!(then != Verdict::Choose);
        }
    }
}
