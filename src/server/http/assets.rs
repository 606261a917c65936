//! Static files: hashed names under `/pkg` never change, the others may.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use tower_http::services::{ServeDir, ServeFile};

use crate::server::App;

/// Number of bytes per read of a file, which also wait in memory for each slow client.
const PIECE: usize = 16 * 1024;

/// Path of the built files.
const BUILT: &str = "/pkg";
/// The other files.
const OTHERS: [&str; 4] =
    ["/favicon.ico", "/favicon.svg", "/apple-touch-icon.png", "/wordmark.svg"];

/// The route of a file: its path, or that of all built files.
pub fn route(path: &str) -> Option<&'static str> {
    let rest = path.strip_prefix(BUILT);
    match rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        true => Some("/pkg/*"),
        false => OTHERS.into_iter().find(|file| *file == path),
    }
}

/// The files of [`route`].
pub fn router(app: &App) -> Router {
    let root = app.site.root();
    let pkg = ServeDir::new(app.site.built())
        .precompressed_br()
        .precompressed_gzip()
        .with_buf_chunk_size(PIECE)
        .append_index_html_on_directories(false);
    let forever = match app.site.is_hashed() {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    let mut router = Router::new()
        .nest_service(BUILT, pkg)
        .layer(middleware::from_fn(move |request, next| cached(forever, request, next)));
    for path in OTHERS {
        let file = root.join(path.trim_start_matches('/'));
        let file = ServeFile::new(file).precompressed_br().precompressed_gzip();
        let file = file.with_buf_chunk_size(PIECE);
        let file =
            Router::new().route_service(path, file).layer(middleware::from_fn(|request, next| {
                cached("public, max-age=86400", request, next)
            }));
        router = router.merge(file);
    }
    router
}

async fn cached(policy: &'static str, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status().is_success() || response.status().as_u16() == 304 {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(policy));
    }
    response
}
