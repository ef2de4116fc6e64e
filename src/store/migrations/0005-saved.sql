-- app: analyses that an operator keeps and shares. state: the query of the console's address.
create table app_saved (
    id         integer primary key autoincrement,
    name       text    not null unique,
    kind       text    not null,
    state      text    not null check (length(state) <= 4096),
    made_by    text    not null,
    made_ms    integer not null,
    changed_by text    not null,
    changed_ms integer not null
) strict;
