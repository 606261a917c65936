//! Sentences for errors.

use super::*;
use crate::model::{ApiError, ErrorCode, Field, Problem};

/// The sentence of an error code.
pub fn error(code: ErrorCode) -> String {
    match code {
        ErrorCode::MalformedBody => error_malformed_body(),
        ErrorCode::NotUtf8 => error_not_utf8(),
        ErrorCode::InvalidGrant => error_invalid_grant(),
        ErrorCode::MissingToken => error_missing_token(),
        ErrorCode::InvalidToken => error_invalid_token(),
        ErrorCode::MissingSession => error_missing_session(),
        ErrorCode::SessionMismatch => error_session_mismatch(),
        ErrorCode::ReauthenticationRequired => error_reauthentication_required(),
        ErrorCode::InvalidCredentials => error_invalid_credentials(),
        ErrorCode::FactorRequired => error_factor_required(),
        ErrorCode::FactorEnrolmentRequired => error_factor_enrolment_required(),
        ErrorCode::LastWayIn => error_last_way_in(),
        ErrorCode::AccountLeaving => error_account_leaving(),
        ErrorCode::RegistrationClosed => error_registration_closed(),
        ErrorCode::AddressUnverified => error_address_unverified(),
        ErrorCode::InvalidCode => error_invalid_code(),
        ErrorCode::PasskeyUnknown => error_passkey_unknown(),
        ErrorCode::InvalidPasskey => error_invalid_passkey(),
        ErrorCode::PasskeyExists => error_passkey_exists(),
        ErrorCode::TooManyPasskeys => error_too_many_passkeys(),
        ErrorCode::AlreadyExists => error_already_exists(),
        ErrorCode::TooManySecrets => error_too_many_secrets(),
        ErrorCode::ResourceInUse => error_resource_in_use(),
        ErrorCode::AppliedFromFile => error_applied_from_file(),
        ErrorCode::Overtaken => error_overtaken(),
        ErrorCode::Forbidden => error_forbidden(),
        ErrorCode::PasswordChangeRequired => error_password_change_required(),
        ErrorCode::StaleForm => error_stale_form(),
        ErrorCode::CrossOrigin => error_cross_origin(),
        ErrorCode::NotFound => error_not_found(),
        ErrorCode::MethodNotAllowed => error_method_not_allowed(),
        ErrorCode::BodyTooSlow => error_body_too_slow(),
        ErrorCode::UsernameTaken => error_username_taken(),
        ErrorCode::AddressUnavailable => error_address_unavailable(),
        ErrorCode::AddressConfirmed => error_address_confirmed(),
        ErrorCode::PrimaryAddress => error_primary_address(),
        ErrorCode::TooManyAddresses => error_too_many_addresses(),
        ErrorCode::LastAdmin => error_last_admin(),
        ErrorCode::StaleToken => error_stale_token(),
        ErrorCode::FlowOver => error_flow_over(),
        ErrorCode::SetupClosed => error_setup_closed(),
        ErrorCode::BodyTooLarge => error_body_too_large(),
        ErrorCode::UnsupportedMediaType => error_unsupported_media_type(),
        ErrorCode::MisdirectedRequest => error_misdirected_request(),
        ErrorCode::InvalidInput => error_invalid_input(),
        ErrorCode::TooManyRequests => error_too_many_requests(),
        ErrorCode::AccountThrottled => error_account_throttled(),
        ErrorCode::SourceBlocked => error_source_blocked(),
        ErrorCode::Internal => error_internal(),
        ErrorCode::Overloaded => error_overloaded(),
        ErrorCode::MailUnavailable => error_mail_unavailable(),
        ErrorCode::Unavailable => error_unavailable(),
        ErrorCode::NetworkFailure => error_network_failure(),
    }
}

/// The sentence of a problem with a field.
pub fn problem(problem: &Problem, field: Field) -> String {
    match problem {
        Problem::Required => problem_required(field),
        Problem::TooShort { min } => problem_too_short(*min),
        Problem::TooLong { max } => problem_too_long(*max),
        Problem::TooManyBytes { max } => problem_too_many_bytes(*max),
        Problem::Invalid => problem_invalid(field),
        Problem::WrongPair => problem_wrong_pair(),
        Problem::BadCharacters => problem_bad_characters(field),
        Problem::Address => problem_address(),
        Problem::Unseen => problem_unseen(),
        Problem::Confusable => problem_confusable(),
        Problem::LooksLatin => problem_looks_latin(),
        Problem::Reserved => problem_reserved(),
        Problem::Taken => problem_taken(field),
        Problem::Unknown => problem_unknown(),
        Problem::Breached => problem_breached(),
        Problem::OwnName => problem_own_name(),
        Problem::ServiceName => problem_service_name(),
        Problem::Same => problem_same(),
        Problem::OwnPassword => problem_own_password(),
        Problem::UnfitClaims { max } => problem_unfit_claims(*max),
        Problem::WrongCode => problem_wrong_code(),
    }
}

/// The time of the next possible attempt. Minutes and hours are rounded up.
pub fn try_again(seconds: u32) -> String {
    try_again_when(match seconds {
        0 => return try_again_now(),
        1..120 => in_seconds(seconds),
        120..7200 => in_minutes(seconds.div_ceil(60)),
        _ => in_hours(seconds.div_ceil(3600)),
    })
}

/// An error with its sentences.
pub fn with_sentences(error: impl Into<ApiError>) -> ApiError {
    let mut with_sentences = error.into();
    with_sentences.message = super::error(with_sentences.code);
    for wrong in &mut with_sentences.fields {
        wrong.message = problem(&wrong.problem, wrong.field);
    }
    with_sentences
}
