-- people: a brand's own channels, by code.
create table people_channel (
    id   integer primary key,
    name text    not null unique
) strict;
alter table people_join add column reason text not null default '';
