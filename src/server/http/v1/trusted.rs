//! The browsers that one's own account trusts.

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    model::{DeviceSort, TrustedDeviceId},
    server::{
        App,
        http::{description::Example, last::Last, reply::ProblemDetails},
        service::{
            ClientInfo,
            principal::Principal,
            trusted::{self, TrustedDevice},
        },
    },
};

/// The browsers in which one's own account is signed in to without a code.
#[derive(Serialize, ToSchema)]
pub struct TrustedDevices {
    /// The browsers, newest first.
    trusted_devices: Vec<TrustedDevice>,
}

/// `GET me/trusted-devices`.
pub async fn list(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<Json<TrustedDevices>, ProblemDetails> {
    let trusted_devices = trusted::of_principal(&app, &principal, &client_info).await?;
    Ok(Json(TrustedDevices { trusted_devices }))
}

/// `DELETE me/trusted-devices/{id}`.
pub async fn remove(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    Last(id): Last<TrustedDeviceId>,
) -> Result<StatusCode, ProblemDetails> {
    trusted::remove(&app, &principal, &id, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE me/trusted-devices`.
pub async fn remove_all(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
) -> Result<StatusCode, ProblemDetails> {
    trusted::remove_all(&app, &principal, &client_info).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Example for TrustedDevices {
    fn example() -> Value {
        let id: Result<TrustedDeviceId, _> = "01890a5d-ac96-774b-bcce-b302099a8057".parse();
        let devices = id.map(|id| TrustedDevice {
            id,
            current: true,
            device: "Firefox 140 on Linux".into(),
            device_sort: DeviceSort::Computer,
            created_at: 1_767_225_600,
            last_used_at: Some(1_767_312_000),
            expires_at: 1_769_817_600,
        });
        json!(Self { trusted_devices: devices.into_iter().collect() })
    }
}
