-- The first schema of a brand's ledger. Tables are MODULE_noun; times are UTC ms; a module's tables
-- are read and written by that module only.

-- store: the manifest of sealed segments, the log's tail, small facts.
create table store_segment (
    id       integer primary key autoincrement,
    dataset  text    not null,
    seq_from integer not null,
    seq_to   integer not null check (seq_to >= seq_from),
    rows     integer not null check (rows > 0),
    bytes    integer not null,
    min_ms   integer not null,
    max_ms   integer not null,
    checksum text    not null,
    file     text    not null unique
) strict;
create index store_segment_order on store_segment (dataset, seq_from);

create table store_log (
    seq      integer primary key,
    rows     integer not null,
    size     integer not null,
    payload  blob    not null,
    checksum integer not null
) strict;

create table store_meta (
    key   text primary key,
    value text not null
) strict, without rowid;

-- people: rules of One-ID, names by number, cuts and joins made by hand (by identity numbers).
create table people_identity_rule (
    kind     text    primary key,
    priority integer not null,
    strength text    not null check (strength in ('strong', 'weak', 'never')),
    cap      integer not null,
    max      integer not null,
    personal integer not null check (personal in (0, 1))
) strict, without rowid;

create table people_kind (
    id   integer primary key,
    name text    not null unique
) strict;

create table people_event_name (
    id       integer primary key,
    name     text    not null unique,
    first_ms integer not null
) strict;

create table people_split (
    id        integer primary key,
    at_ms     integer not null,
    reason    text    not null,
    undone_ms integer
) strict;

create table people_split_link (
    split_id integer not null references people_split (id),
    a_no     integer not null,
    b_no     integer not null,
    primary key (split_id, a_no, b_no)
) strict, without rowid;

create table people_join (
    id        integer primary key,
    a_no      integer not null,
    b_no      integer not null,
    at_ms     integer not null,
    undone_ms integer
) strict;

-- import: runs and saved mappings. A run is known again by its file's fingerprint.
create table import_run (
    id          integer primary key,
    name        text    not null,
    path        text    not null,
    size        integer not null,
    fingerprint text    not null,
    format      text    not null,
    mapping     text    not null,
    started_ms  integer not null,
    finished_ms integer,
    position    integer not null default 0,
    rows        integer not null default 0,
    accepted    integer not null default 0,
    duplicates  integer not null default 0,
    rejected    integer not null default 0,
    anonymous   integer not null default 0,
    status      text    not null check (status in ('running', 'done', 'stopped', 'failed'))
) strict;
create index import_run_file on import_run (fingerprint);

create table import_mapping (
    name text primary key,
    json text not null
) strict, without rowid;

-- aipl: stage models as applied, newest version in force.
create table aipl_model (
    version    integer primary key,
    name       text    not null,
    text       text    not null,
    applied_ms integer not null
) strict;

-- brand: settings by name.
create table brand_setting (
    key   text primary key,
    value text not null
) strict, without rowid;
