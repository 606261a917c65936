//! The rows of clients and resources.

use crate::{
    model::ErrorCode::{
        AlreadyExists, AppliedFromFile, NotFound, Overtaken, ReauthenticationRequired,
        ResourceInUse, TooManyRequests, TooManySecrets,
    },
    server::{
        http::{
            access::Access,
            description::Operation,
            route::{Route, rows},
            v1,
            v1::{
                clients::{
                    ClientChange, ClientList, ClientSecretForm, ClientSecretMade, ClientView,
                    NewClient,
                },
                resources::{NewResource, ResourceChange, ResourceList, ResourceView},
            },
        },
        service::roles::Permission,
    },
};

fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(id, summary)
}

pub(super) fn rows() -> Vec<Route> {
    [of_clients(), of_resources()].into_iter().flatten().collect()
}

fn of_clients() -> Vec<Route> {
    let read = Access::Permission(Permission::ClientsRead);
    let write = Access::Permission(Permission::ClientsWrite);
    rows! {
        GET "/api/v1/clients" read => v1::clients::list,
            operation("listClients", "List the clients: programs of others that sign people in here")
                .answers::<ClientList>(200, "All clients, in order of their ids.");
        POST "/api/v1/clients" write => v1::clients::create,
            operation("createClient", "Make a client")
                .describe("It must be said who may use it: by `roles` of its settings, or by `everybody`. A secret is made apart.")
                .takes::<NewClient>()
                .answers::<ClientView>(201, "The client.")
                .errors(&[ReauthenticationRequired, AlreadyExists, Overtaken, TooManyRequests]);
        GET "/api/v1/clients/{id}" read => v1::clients::show,
            operation("showClient", "Show a client, with the last characters of its secrets")
                .answers::<ClientView>(200, "The client.");
        PATCH "/api/v1/clients/{id}" write => v1::clients::update,
            operation("updateClient", "Change some settings of a client, disable or enable it")
                .describe("An absent member stays as it is, null clears it. A client that was applied from a file is disabled and \
                    enabled here, and changed there.")
                .takes::<ClientChange>()
                .answers::<ClientView>(200, "The client as it is now.")
                .errors(&[ReauthenticationRequired, AppliedFromFile, Overtaken, TooManyRequests]);
        DELETE "/api/v1/clients/{id}" write => v1::clients::delete,
            operation("deleteClient", "Delete a client, with its secrets and with what people let it do")
                .answers_nothing(204, "Its tokens are refused.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        POST "/api/v1/client-secrets" write => v1::clients::add_secret,
            operation("addClientSecret", "Make a secret of a client")
                .describe("A client has up to five that work at the same time, so that one takes the place of another without a gap.")
                .takes::<ClientSecretForm>()
                .answers::<ClientSecretMade>(201, "The secret, which is shown here alone.")
                .errors(&[ReauthenticationRequired, NotFound, TooManySecrets, TooManyRequests]);
        DELETE "/api/v1/client-secrets/{id}" write => v1::clients::remove_secret,
            operation("removeClientSecret", "Remove a secret of a client")
                .answers_nothing(204, "The secret works no longer.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
    }
}

fn of_resources() -> Vec<Route> {
    let read = Access::Permission(Permission::ClientsRead);
    let write = Access::Permission(Permission::ClientsWrite);
    rows! {
        GET "/api/v1/resources" read => v1::resources::list,
            operation("listResources", "List the resources: APIs of others for which clients get tokens")
                .answers::<ResourceList>(200, "All resources, in order of their URIs.");
        POST "/api/v1/resources" write => v1::resources::create,
            operation("createResource", "Make a resource")
                .takes::<NewResource>()
                .answers::<ResourceView>(201, "The resource.")
                .errors(&[ReauthenticationRequired, AlreadyExists, Overtaken, TooManyRequests]);
        GET "/api/v1/resources/{id}" read => v1::resources::show,
            operation("showResource", "Show a resource")
                .describe("The URI is one segment of the path: `https%3A%2F%2Fapi.example.com`.")
                .answers::<ResourceView>(200, "The resource.");
        PATCH "/api/v1/resources/{id}" write => v1::resources::update,
            operation("updateResource", "Change some settings of a resource, disable or enable it")
                .describe("An absent member stays as it is, null clears it; `scopes` are all words. The URI is one segment of the \
                    path: `https%3A%2F%2Fapi.example.com`.")
                .takes::<ResourceChange>()
                .answers::<ResourceView>(200, "The resource as it is now.")
                .errors(&[ReauthenticationRequired, AppliedFromFile, Overtaken, TooManyRequests]);
        DELETE "/api/v1/resources/{id}" write => v1::resources::delete,
            operation("deleteResource", "Delete a resource that no client names")
                .describe("The URI is one segment of the path: `https%3A%2F%2Fapi.example.com`.")
                .answers_nothing(204, "It is gone.")
                .errors(&[ReauthenticationRequired, ResourceInUse, TooManyRequests]);
    }
}
