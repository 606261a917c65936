-- When somebody turned off the mails about sign-ins from new browsers and programs, in Unix seconds; null while they are sent.
alter table users add column sign_in_quiet_at bigint;
