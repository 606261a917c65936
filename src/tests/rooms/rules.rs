/// Each room and the paths that must not be used in it.
pub(super) const RULES: &[(&str, &[&str])] = &[
    (
        "model",
        &[
            "crate::actions",
            "crate::browser",
            "crate::components",
            "crate::islands",
            "crate::pages",
            "crate::server",
            "crate::app",
            "sqlx",
            "axum",
            "leptos",
        ],
    ),
    (
        "components",
        &["crate::actions", "crate::browser", "crate::islands", "crate::pages", "crate::server"],
    ),
    (
        "islands",
        &[
            "crate::actions",
            "crate::browser",
            "crate::components",
            "crate::pages",
            "crate::server",
            "web_sys",
        ],
    ),
    (
        "enhance",
        &["crate::components", "crate::islands", "crate::pages", "crate::server", "web_sys"],
    ),
    (
        "browser",
        &["crate::server", "crate::pages", "crate::islands", "crate::actions", "crate::enhance"],
    ),
    (
        "pages",
        &["crate::browser", "crate::actions", "crate::server::db", "crate::server::router", "sqlx"],
    ),
    ("app.rs", &["crate::browser", "crate::actions", "crate::pages", "crate::server", "sqlx"]),
    ("actions", &["sqlx", "axum", "crate::server::db"]),
    (
        "server/secure",
        &[
            "crate::server::db",
            "crate::server::service",
            "crate::server::http",
            "crate::server::clock",
        ],
    ),
    (
        "server/db",
        &["crate::server::service", "crate::server::http", "crate::server::router", "crate::pages"],
    ),
    (
        "server/service",
        &["axum", "leptos", "sqlx", "crate::server::http", "crate::server::router", "crate::pages"],
    ),
    (
        "server/http",
        &[
            "crate::app",
            "crate::components",
            "crate::islands",
            "crate::pages",
            "crate::server::router",
            "crate::server::db",
            "crate::server::secure",
            "sqlx",
        ],
    ),
    (
        "server/log",
        &["crate::model", "crate::server::service", "crate::server::http", "axum", "sqlx"],
    ),
    (
        "server/say",
        &[
            "crate::actions",
            "crate::app",
            "crate::browser",
            "crate::components",
            "crate::enhance",
            "crate::islands",
            "crate::pages",
            "crate::server",
            "axum",
            "leptos",
            "sqlx",
        ],
    ),
    ("server/metrics", &["crate::server::App", "crate::server::service", "axum", "sqlx"]),
    (
        "server/json",
        &[
            "crate::model",
            "crate::server::db",
            "crate::server::http",
            "crate::server::service",
            "axum",
            "sqlx",
        ],
    ),
    ("server/router", &["crate::server::db", "crate::server::secure", "leptos", "sqlx"]),
    (
        "server/doctor",
        &[
            "crate::pages",
            "crate::server::router",
            "crate::server::http",
            "crate::server::db",
            "sqlx",
        ],
    ),
    (
        "server/cli",
        &[
            "crate::pages",
            "crate::server::router",
            "crate::server::http",
            "crate::server::db",
            "sqlx",
        ],
    ),
];

/// What a room may use, though it must not use the rest of what that is in.
pub(super) const BUT: &[(&str, &str)] = &[
    ("components", "crate::server::say"),
    ("app.rs", "crate::server::say"),
    ("server/say", "crate::server::say"),
];
