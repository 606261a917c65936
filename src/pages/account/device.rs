//! A device with sessions: its icon, its description, its address.

use leptos::prelude::*;

use super::moment::Moment;
use crate::{
    components::{Glyph, Icon},
    model::{DeviceSort, SessionView},
    server::say,
};

/// The sessions in their order, with the current one first.
pub(super) fn in_order(mut sessions: Vec<SessionView>) -> Vec<SessionView> {
    sessions.sort_by_key(|session| !session.current);
    sessions
}

/// The sessions by device and address: the current one alone, and first.
pub(super) fn by_device(sessions: Vec<SessionView>) -> Vec<Vec<SessionView>> {
    let mut devices: Vec<Vec<SessionView>> = Vec::new();
    for session in in_order(sessions) {
        let is_same = |device: &&mut Vec<SessionView>| {
            device.first().is_some_and(|first| {
                !first.current
                    && first.device == session.device
                    && first.client_ip == session.client_ip
            })
        };
        match devices.iter_mut().find(is_same) {
            Some(device) => device.push(session),
            None => devices.push(vec![session]),
        }
    }
    devices
}

/// The address of a session.
pub(super) fn place(session: &SessionView) -> String {
    session.client_ip.clone().unwrap_or_else(say::unknown_address)
}

/// The icon and the description of a session, with the exact or the approximate time of its last
/// use.
pub(super) fn described(session: SessionView, now_s: i64, is_exact: bool) -> impl IntoView {
    let place = place(&session);
    let SessionView { current, device, device_sort, created_at, last_seen_at, .. } = session;
    let glyph = match device_sort {
        DeviceSort::Phone | DeviceSort::Tablet => Glyph::Phone,
        DeviceSort::Computer | DeviceSort::Unknown => Glyph::Laptop,
        DeviceSort::App => Glyph::Code,
    };
    let seen = match current {
        true => view! { {say::active_now()} }.into_any(),
        false => view! { <Moment at=last_seen_at now_s is_exact /> }.into_any(),
    };
    view! {
        <span class="mark"><Icon glyph /></span>
        <div>
            <h3>{device} {current.then(|| view! { " " <span class="tag">{say::this_browser()}</span> })}</h3>
            <p>
                {seen} " · " <bdi>{place}</bdi> " · " {say::since_day(say::day(created_at))}
            </p>
        </div>
    }
}
