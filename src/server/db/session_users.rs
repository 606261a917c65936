//! Sessions with their accounts, in one read: a refresh and a page need both.

use super::{
    Db, DbResult,
    sessions::{SessionRow, session_columns},
    users::{UserRow, join_email, user_columns},
};

/// A session and its account.
#[derive(sqlx::FromRow)]
pub struct SessionUserRow {
    #[sqlx(flatten)]
    pub session: SessionRow,
    #[sqlx(flatten)]
    pub user: UserRow,
}

/// A session by id, with its account.
///
/// # Errors
/// Fails if the database fails.
pub async fn by_session(db: &Db, id: &str) -> DbResult<Option<SessionUserRow>> {
    fetch_optional!(
        db,
        SessionUserRow,
        concat!(
            "select ",
            session_columns!(),
            ", ",
            user_columns!(),
            "from sessions s join users u on u.id = s.user_id ",
            join_email!(),
            "where s.id = $1"
        ),
        id
    )
}
