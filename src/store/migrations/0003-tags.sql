-- who: sets of identity numbers with their history (who/roster_set.h), tags and crowds over them.

-- A set. Its chunks hold on the days from_day <= D < next_until; both null: on every day.
create table who_set (
    id         integer primary key,
    from_day   integer,
    next_until integer
) strict;

-- Its numbers as they are now, chunk by chunk of 2^20 identity numbers, each an encoded roster.
create table who_set_chunk (
    set_id  integer not null references who_set (id) on delete cascade,
    chunk   integer not null,
    numbers integer not null check (numbers > 0),
    bytes   blob    not null,
    primary key (set_id, chunk)
) strict;
create index who_set_chunk_of on who_set_chunk (chunk, set_id);

-- How it came about: one row a change, whatever number of identities it moved. What came in holds from `day` on and, with
-- `until`, to the day before it.
create table who_set_change (
    id            integer primary key,
    set_id        integer not null references who_set (id) on delete cascade,
    day           integer not null,
    until         integer,
    at_ms         integer not null,
    source        text    not null,
    who           text    not null,
    note          text    not null,
    added         integer not null,
    removed       integer not null,
    added_bytes   blob,
    removed_bytes blob
) strict;
create index who_set_change_of on who_set_change (set_id, id);

create table who_tag (
    id          integer primary key,
    category    text    not null,
    name        text    not null,
    value_kind  text    not null check (value_kind in ('flag', 'text', 'number')),
    source      text    not null check (source in ('manual', 'rule', 'event', 'import', 'score')),
    rule        text    not null,
    expiry_days integer check (expiry_days > 0),
    note        text    not null,
    created_ms  integer not null,
    fresh_ms    integer,
    fresh_day   integer,
    fresh_seq   integer,
    unique (name, category)
) strict;

-- The values a tag has given; a flag has one, the empty one. One value of a tag an identity.
create table who_tag_value (
    id     integer primary key,
    tag_id integer not null references who_tag (id) on delete cascade,
    value  text    not null,
    set_id integer not null references who_set (id),
    unique (tag_id, value)
) strict;
create index who_tag_value_of on who_tag_value (set_id);

create table who_crowd (
    id         integer primary key,
    name       text    not null unique,
    question   text    not null,
    note       text    not null,
    created_ms integer not null,
    set_id     integer references who_set (id),
    frozen_ms  integer,
    frozen_day integer,
    check ((set_id is null) = (frozen_ms is null) and (set_id is null) = (frozen_day is null))
) strict;
create index who_crowd_of on who_crowd (set_id);

-- How many consumers a crowd had, each time it was counted; the last count of a day stands for the day.
create table who_crowd_size (
    crowd_id  integer not null references who_crowd (id) on delete cascade,
    day       integer not null,
    at_ms     integer not null,
    consumers integer not null,
    primary key (crowd_id, at_ms)
) strict, without rowid;
