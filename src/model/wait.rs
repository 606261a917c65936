/// When somebody who was told to wait may try again.
pub fn until_again(seconds: u32) -> String {
    let of = |number: u32, unit: &str| match number {
        1 => format!("1 {unit}"),
        _ => format!("{number} {unit}s"),
    };
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, 0) => "You can try again now.".into(),
        (0, 0, seconds) => format!("Try again in {}.", of(seconds, "second")),
        (0, minutes, 0) => format!("Try again in {}.", of(minutes, "minute")),
        (0, minutes, seconds) => {
            format!("Try again in {} and {}.", of(minutes, "minute"), of(seconds, "second"))
        }
        (hours, minutes, _) => {
            format!("Try again in {} and {}.", of(hours, "hour"), of(minutes, "minute"))
        }
    }
}
