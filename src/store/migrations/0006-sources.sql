-- serve: what came from where, by collector and write key, since the first of it.
create table serve_source (
    source     text    not null,
    key_id     integer not null,
    key_name   text    not null,
    accepted   integer not null,
    duplicates integer not null,
    rejected   integer not null,
    since_ms   integer not null,
    last_ms    integer not null,
    primary key (source, key_id)
) strict;
