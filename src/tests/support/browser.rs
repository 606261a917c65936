//! A browser without script.

use super::{
    client::{Reply, form, form_token, get},
    server::Server,
};

/// A browser: its cookies.
pub(crate) struct Browser(Vec<(String, String)>);

impl Browser {
    pub(crate) fn new() -> Self {
        Self(vec![("vestibule_theme_3000".into(), "dark".into())])
    }

    pub(crate) fn cookies(&self) -> String {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Takes an answer's cookies.
    pub(crate) fn take(&mut self, reply: Reply) -> Reply {
        for line in reply.headers.get_all("set-cookie") {
            let pair = line.to_str().expect("text").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a value");
            self.0.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.0.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }

    pub(crate) async fn open(&mut self, server: &Server, path: &str) -> Reply {
        let page = get(path).header("accept", "text/html").cookie(&self.cookies());
        let reply = server.send(page).await;
        self.take(reply)
    }

    pub(crate) async fn post(
        &mut self,
        server: &Server,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let reply = server.send(form(path, fields).cookie(&self.cookies())).await;
        self.take(reply)
    }

    /// Posts a form of a page of the account, with the token that the page has for it.
    pub(crate) async fn send_form(
        &mut self,
        server: &Server,
        path: &str,
        form: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let page = self.open(server, path).await.expect(200).page();
        let token = form_token(&page, form);
        let mut all = vec![("form", form), ("form_token", token.as_str())];
        all.extend(fields);
        self.post(server, path, &all).await
    }
}

/// The value of a hidden input.
pub(crate) fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!(r#"name="{name}" value=""#)).expect("the input");
    rest.split('"').next().expect("a value").to_owned()
}
