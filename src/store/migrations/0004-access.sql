-- access: who may do what. Secrets are SHA-256 digests of 256 random bits, passwords Argon2id texts.

-- A key; revoked ones stay, so that what the audit trail says of them can be read.
create table access_key (
    id         integer primary key autoincrement,
    name       text    not null,
    kind       text    not null check (kind in ('write', 'operator')),
    role       text    not null check (role in ('none', 'owner', 'operator', 'analyst', 'store')),
    prefix     text    not null,
    digest     blob    not null unique check (length(digest) = 32),
    made_ms    integer not null,
    revoked_ms integer,
    used_ms    integer,
    check ((kind = 'write') = (role = 'none'))
) strict;
create unique index access_key_in_force on access_key (name) where revoked_ms is null;

-- A user; one who was disabled stays, and the name may be given again.
create table access_user (
    id          integer primary key autoincrement,
    name        text    not null,
    role        text    not null check (role in ('owner', 'operator', 'analyst', 'store')),
    password    text    not null,
    made_ms     integer not null,
    seen_ms     integer,
    disabled_ms integer
) strict;
create unique index access_user_in_force on access_user (lower(name)) where disabled_ms is null;

create table access_session (
    digest  blob    primary key check (length(digest) = 32),
    user_id integer not null references access_user (id),
    made_ms integer not null,
    used_ms integer not null
) strict;
create index access_session_of on access_session (user_id, used_ms);

-- The one-time link of the first owner: the newest only.
create table access_link (
    id      integer primary key check (id = 1),
    digest  blob    not null check (length(digest) = 32),
    made_ms integer not null
) strict;

-- Attempts to log in that failed, or run: digests of the name and of the address.
create table access_failure (
    id      integer primary key,
    at_ms   integer not null,
    name    blob    not null,
    address blob    not null
) strict;
create index access_failure_of_name on access_failure (name, at_ms);
create index access_failure_of_address on access_failure (address, at_ms);
create index access_failure_age on access_failure (at_ms);

-- The audit trail, chained: hash = SHA-256 of the hash before and of the other columns (access/audit.c).
create table access_audit (
    id      integer primary key,
    at_ms   integer not null,
    who     text    not null,
    address text    not null,
    action  text    not null,
    detail  text    not null,
    outcome text    not null,
    hash    blob    not null check (length(hash) = 32)
) strict;
create trigger access_audit_no_replace before insert on access_audit
    when exists (select 1 from access_audit where id = new.id)
begin
    select raise(abort, 'the audit trail is only added to');
end;
create trigger access_audit_no_update before update on access_audit
begin
    select raise(abort, 'the audit trail is only added to');
end;
create trigger access_audit_no_delete before delete on access_audit
begin
    select raise(abort, 'the audit trail is only added to');
end;

-- Its newest entry again: what was cut off at the end is missed, also after more was added.
create table access_audit_head (
    one   integer primary key check (one = 1),
    entry integer not null,
    hash  blob    not null check (length(hash) = 32)
) strict;

-- Replies to writes under the client's own key. Status 0: the request still runs.
create table access_reply (
    id      integer primary key,
    who     text    not null,
    key     text    not null,
    request text    not null,
    status  integer not null,
    reply   blob    not null,
    at_ms   integer not null,
    unique (who, key)
) strict;
create index access_reply_age on access_reply (at_ms);

-- Counts changes of keys, users and sessions, so that who keeps them in memory reads them again only then.
create table access_version (
    one     integer primary key check (one = 1),
    version integer not null
) strict;
insert into access_version (one, version) values (1, 1);
