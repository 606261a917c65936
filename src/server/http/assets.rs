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
pub const BUILT: &str = "/pkg";

/// Routes to files that existed when the router was built, so that no path of a client is looked up
/// on the disk.
pub fn routes(app: &App) -> Router<App> {
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
    for name in ["favicon.ico", "favicon.svg", "apple-touch-icon.png", "wordmark.svg"] {
        let file = ServeFile::new(root.join(name)).precompressed_br().precompressed_gzip();
        let file = file.with_buf_chunk_size(PIECE);
        let file = Router::new().route_service(&format!("/{name}"), file).layer(
            middleware::from_fn(|request, next| cached("public, max-age=86400", request, next)),
        );
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
