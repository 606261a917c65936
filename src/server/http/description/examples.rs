//! Values for the examples of the document. A test holds each against its schema.

use serde_json::{Value, json};

use super::super::{
    brand::Service,
    tutorial,
    v1::{
        auth::{FactorForm, RefreshForm},
        keys::JwkSet,
    },
};
use crate::{
    model::{
        HistoryPage, LoginForm, PasswordChange, PasswordForm, ProfileForm, Reflection,
        RegisterForm, RenewedSession, SessionPage, SignedIn, UserChange, UserPage, UserView,
    },
    server::service::principal::Claims,
};

/// A type with an example for the document.
pub trait Example {
    /// The example, as it is on the wire.
    fn example() -> Value;
}

const USER: &str = "019b7654-9c00-7c3e-a5b0-0d6c3c1f7a11";
const SESSION: &str = "019b7654-a7d8-7f02-9e1d-5a0b44c7e2f3";
const TOKEN: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTliNzY1NCJ9.c2ln";
const REFRESH_TOKEN: &str = "019b7654-a7d8-7f02-9e1d-5a0b44c7e2f3.0.c2VjcmV0.bWFj";
const NOW: i64 = 1_767_225_600;

/// Declares the examples of types.
macro_rules! examples {
    ($($name:ident => $json:tt)*) => {
        $(impl Example for $name {
            fn example() -> Value {
                json!($json)
            }
        })*
    };
}

examples! {
    RegisterForm => { "username": "ada", "email": "ada@example.org", "password": "correct horse battery" }
    LoginForm => { "identifier": "ada", "password": "correct horse battery" }
    FactorForm => { "flow": "Z29vZCBtb3JuaW5nLCB0aGlzIGlzIGFuIGV4YW1wbGUgZm9yIHU", "code": "123 456" }
    RefreshForm => { "refresh_token": REFRESH_TOKEN }
    JwkSet => {
        "keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "alg": "EdDSA",
            "use": "sig"
        }]
    }
    PasswordForm => { "password": "correct horse battery" }
    PasswordChange => {
        "current_password": "correct horse battery",
        "new_password": "staple remembers this horse"
    }
    ProfileForm => { "display_name": "Ada Lovelace", "metadata": { "cart": ["apples"] } }
    UserChange => { "app_metadata": { "plan": "free" }, "disabled": false, "roles": ["user"] }
    UserView => {
        "id": USER,
        "username": "ada",
        "display_name": "Ada Lovelace",
        "profile": { "pronouns": "she/her" },
        "email": "ada@example.org",
        "email_verified": false,
        "passkeys": 0,
        "roles": ["user"],
        "metadata": { "cart": ["apples"] },
        "app_metadata": {},
        "created_at": NOW
    }
    UserPage => { "users": [(UserView::example())], "next_after": USER }
    SignedIn => {
        "message": "Login Success",
        "access_token": TOKEN,
        "token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 600,
        "user": (UserView::example()),
        "refresh_token": REFRESH_TOKEN
    }
    RenewedSession => {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 600,
        "fresh_for": 600,
        "refresh_token": REFRESH_TOKEN
    }
    SessionPage => {
        "sessions": [{
            "id": SESSION,
            "current": true,
            "device": "Firefox 140 on Linux",
            "device_sort": "computer",
            "client_ip": "203.0.113.7",
            "created_at": NOW,
            "last_seen_at": (NOW + 60)
        }],
        "ended_for_reuse": []
    }
    HistoryPage => {
        "events": [{
            "at": NOW,
            "what": "You signed in.",
            "kind": "login",
            "outcome": "success",
            "refused": false,
            "device": "Firefox 140 on Linux",
            "client_ip": "203.0.113.7"
        }]
    }
    Reflection => {
        "issuer": "https://id.example.org",
        "client_ip": "203.0.113.7",
        "host": "id.example.org",
        "has_probe_cookie": true,
        "now": NOW
    }
    Claims => {
        "iss": "https://id.example.org",
        "aud": "https://id.example.org",
        "sub": USER,
        "exp": (NOW + 600),
        "iat": NOW,
        "jti": "019b7654-a7d9-7aa0-8f5e-0f3c2b1a9d80",
        "sid": SESSION,
        "client_id": "vestibule",
        "scope": "",
        "roles": ["user"],
        "auth_time": NOW,
        "amr": ["pwd"],
        "acr": "aal1",
        "gen": 0,
        "epoch": 0
    }
    Service => { "name": "Vestibule", "support": "mailto:help@example.org" }
}

/// Declares the examples of the tutorials' types.
macro_rules! tutorial_examples {
    ($($name:ident => $json:tt)*) => {
        $(impl Example for tutorial::$name {
            fn example() -> Value {
                json!($json)
            }
        })*
    };
}

tutorial_examples! {
    Registered => { "message": "User registered successfully!", "user": (UserView::example()) }
    Message => { "message": "This is a protected route!" }
    Named => { "message": "User found", "name": "Ada Lovelace" }
    Users => [(UserView::example())]
}
