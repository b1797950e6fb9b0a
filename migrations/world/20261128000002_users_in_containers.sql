-- A container has one row, and a user in it a row of two numbers: with the API's name and the container's id in each of
-- them they were an eighth of a world. The users are entered anew, from their facets.
drop table container;
create table container (
    number integer primary key,
    api text not null,
    id blob not null,
    unique (api, id)
);
create table container_user (
    container integer not null,
    user integer not null,
    primary key (container, user)
) without rowid;
