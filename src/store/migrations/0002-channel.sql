-- people: a brand's own channels, by code.
create table people_channel (
    id   integer primary key,
    name text    not null unique
) strict;
