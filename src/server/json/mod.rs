//! Strict JSON for untrusted input, which keeps values unchanged or rejects them with a reason.
//!
//! Numbers keep their digits; an exponent is written as `e+5`. A duplicate name in an object is
//! rejected, because one of the values would be lost. A list is never read as an object by the
//! order of its values. An error names the location, and repeats none of the text.

mod refused;
mod tree;
mod typed;

pub use refused::{Location, Refused, Step, Why, Wrong};
use serde::de::DeserializeOwned;

/// Parses a text.
///
/// # Errors
/// Returns the first fault.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    T::deserialize(typed::Node::new(tree::read(bytes)?)).map_err(Refused::Wrong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::{Map, Value};

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Cookie,
        Token,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        #[serde(alias = "username")]
        name: Option<String>,
        number: Option<i64>,
        kind: Option<Kind>,
        #[serde(default)]
        list: Vec<String>,
        inner: Option<Box<Form>>,
        kept: Option<Map<String, Value>>,
        is: Option<bool>,
    }

    fn refusal(text: &[u8]) -> String {
        read::<Form>(text).expect_err("refused").to_string()
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        let deep = format!(r#"{{"kept":{{"a":{}{}}}}}"#, "[".repeat(126), "]".repeat(126));
        for (text, said) in [
            (&b""[..], "there is nothing; expected a JSON object"),
            (b"\xef\xbb\xbf{}", "it begins with a byte order mark, which JSON does not have"),
            (b"\xff\xfe{\0}\0", "it is in UTF-16; JSON is in UTF-8"),
            (b"{\0}\0", "it is in UTF-16; JSON is in UTF-8"),
            (b"{\"name\":\"\xe9\"}", "it is not in UTF-8 (byte 10)"),
            (b"{", "it is not valid JSON: EOF while parsing an object at line 1 column 1"),
            (b"{\"name\":}", "it is not valid JSON: expected value at line 1 column 9"),
            (b"{} {}", "it is not valid JSON: trailing characters at line 1 column 4"),
            (br#"{"name":"\ud800"}"#, "a \\u escape is half of a surrogate pair at line 1 column "),
            (deep.as_bytes(), "it has more than 127 levels of lists and objects"),
            (br#"{"name":"a","name":"b"}"#, "an object has a name twice at line 1 column 18"),
            (br#"{"kept":{"a":[{"b":1,"b":1}]}}"#, "an object has a name twice at line 1 column "),
            (
                br#"{"kept":{"$serde_json::private::Number":"1"}}"#,
                "a name begins with `$serde_json::private::`",
            ),
            (
                br#"{"kept":{"\u0024serde_json::private::RawValue":"1"}}"#,
                "a name begins with `$serde_json::private::`",
            ),
            (br#"["ada",1]"#, "expected an object"),
            (b"7", "expected an object"),
            (br#"{"name":7}"#, "name: expected a string"),
            (br#"{"username":[]}"#, "username: expected a string"),
            (br#"{"number":1.5}"#, "number: expected a whole number"),
            (br#"{"number":1e400}"#, "number: expected a whole number"),
            (br#"{"number":"1"}"#, "number: expected a whole number"),
            (br#"{"kind":"evil"}"#, "kind: expected `cookie` or `token`"),
            (br#"{"kind":{"cookie":null}}"#, "kind: expected `cookie` or `token`"),
            (br#"{"list":["a",{"evil":1}]}"#, "list[1]: expected a string"),
            (br#"{"list":{}}"#, "list: expected a list"),
            (br#"{"is":"true"}"#, "is: expected true or false"),
            (br#"{"inner":{"inner":{"name":{}}}}"#, "inner.inner.name: expected a string"),
            (br#"{"inner":["ada"]}"#, "inner: expected an object"),
            (br#"{"kept":[]}"#, "kept: expected an object"),
            (br#"{"evil":1}"#, "unknown field, expected one of `name`, `username`, `number`"),
            (br#"{"name":"a","username":"b"}"#, "name: is there twice"),
        ] {
            let found = refusal(text);
            assert!(found.starts_with(said), "{}: {found}", String::from_utf8_lossy(text));
            assert!(!found.contains("evil"), "{found}");
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let numbers = "1e400 1.0 12345678901234567890 -0.0 0.1 0.10000000000000001 121.48886955472557 1E+5 -0 0e-7";
        for number in numbers.split(' ') {
            let text = format!(r#"{{"kept":{{"n":{number},"deep":[{{"n":{number}}}]}}}}"#);
            let form: Form = read(text.as_bytes()).expect("read");
            let kept = Value::Object(form.kept.expect("kept")).to_string();
            let number = match number.split_once(['e', 'E']) {
                Some((digits, exponent)) if !exponent.starts_with('-') => {
                    format!("{digits}e+{}", exponent.trim_start_matches('+'))
                }
                _ => number.to_owned(),
            };
            assert_eq!(kept, format!(r#"{{"deep":[{{"n":{number}}}],"n":{number}}}"#));
            // Parsed once more, as from the database.
            let again: Value = serde_json::from_str(&kept).expect("read");
            assert_eq!(again.to_string(), kept);
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,4})?";
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            number.prop_map(|text| serde_json::from_str(&text).expect("a number")),
            any::<String>().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                proptest::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(value in value()) {
            let text = value.to_string();
            let read: Value = read(text.as_bytes()).expect("read");
            prop_assert_eq!(read.to_string(), text);
        }

        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[\\[\\]{},:\"\\\\u0-9eE.+-]{0,60}") {
            for bytes in [bytes.as_slice(), text.as_bytes()] {
                if let Err(refused) = read::<Form>(bytes) {
                    drop(refused.to_string());
                }
            }
        }
    }
}
