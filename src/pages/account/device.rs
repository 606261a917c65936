//! A device where one is signed in: its picture, its words, its place.

use leptos::prelude::*;

use super::moment::Moment;
use crate::{
    components::{Glyph, Icon},
    model::{DeviceSort, SessionView},
    server::say,
};

/// This one first, whenever it began.
pub(super) fn in_order(mut sessions: Vec<SessionView>) -> Vec<SessionView> {
    sessions.sort_by_key(|session| !session.current);
    sessions
}

/// Where it is: its address.
pub(super) fn place(session: &SessionView) -> String {
    session.client_ip.clone().unwrap_or_else(say::unknown_address)
}

/// The picture and the words of a session.
pub(super) fn described(session: SessionView, now: i64) -> impl IntoView {
    let place = place(&session);
    let SessionView { current, device, device_sort, created_at, last_seen_at, .. } = session;
    let glyph = match device_sort {
        DeviceSort::Phone | DeviceSort::Tablet => Glyph::Phone,
        DeviceSort::Computer | DeviceSort::Unknown => Glyph::Laptop,
        DeviceSort::App => Glyph::Code,
    };
    let seen = match current {
        true => view! { {say::active_now()} }.into_any(),
        false => view! { <Moment at=last_seen_at now /> }.into_any(),
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
