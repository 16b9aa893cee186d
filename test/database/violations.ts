/** What was there, what the release takes away, the rows written since, and what a person reads. */
type Case = { made: string; up: string; down: string; rows: string; expected: string; mended: string }

/** One of each kind of rule that a revert can put back. */
export const violations: Readonly<Record<string, Case>> = {
  'NOT NULL': {
    made: 'create table a1 (id int, email text not null)',
    up: 'alter table a1 alter email drop not null',
    down: 'alter table a1 alter email set not null',
    rows: `insert into a1 select n, case when n > 12 then 'x' end from generate_series(1, 20) n`,
    expected: '12 rows of a1.email are NULL, which the revert forbids again',
    mended: 'delete from a1 where email is null',
  },
  UNIQUE: {
    made: 'create table a2 (email text, constraint a2_email unique (email))',
    up: 'alter table a2 drop constraint a2_email',
    down: 'alter table a2 add constraint a2_email unique (email)',
    rows: `insert into a2 values ('x'), ('x'), ('y'), (null), (null)`,
    expected: '2 rows of a2.email are duplicates under UNIQUE (email), which the revert forbids again',
    mended: 'truncate a2',
  },
  'UNIQUE NULLS NOT DISTINCT': {
    made: 'create table a3 (a int, b int, constraint a3_both unique nulls not distinct (a, b))',
    up: 'alter table a3 drop constraint a3_both',
    down: 'alter table a3 add constraint a3_both unique nulls not distinct (a, b)',
    rows: 'insert into a3 values (1, null), (1, null), (2, null)',
    expected: '2 rows of a3 are duplicates under UNIQUE NULLS NOT DISTINCT (a, b), which the revert forbids again',
    mended: 'truncate a3',
  },
  'PRIMARY KEY, of a column with another name since': {
    made: 'create table a4 (id int primary key)',
    up: 'alter table a4 drop constraint a4_pkey; alter table a4 alter id drop not null; alter table a4 rename id to number',
    down: 'alter table a4 rename number to id; alter table a4 add primary key (id)',
    rows: 'insert into a4 values (1), (1), (1), (2)',
    expected: '3 rows of a4.number are duplicates under PRIMARY KEY (id), which the revert forbids again',
    mended: 'truncate a4',
  },
  'a unique index over an expression, of some rows': {
    made: `create table a5 (mail text, gone bool); create unique index a5_mail on a5 (lower(mail) text_pattern_ops desc) where not gone`,
    up: 'drop index a5_mail',
    down: 'create unique index a5_mail on a5 (lower(mail) text_pattern_ops desc) where not gone',
    rows: `insert into a5 values ('X', false), ('x', false), ('x', true), ('y', true), ('y', true)`,
    expected: '2 rows of a5 are duplicates under unique index a5_mail, which the revert forbids again',
    mended: 'truncate a5',
  },
  'FOREIGN KEY': {
    made: 'create table p6 (id int primary key); create table a6 (p int, constraint a6_p foreign key (p) references p6)',
    up: 'alter table a6 drop constraint a6_p',
    down: 'alter table a6 add constraint a6_p foreign key (p) references p6',
    rows: 'insert into p6 values (1); insert into a6 values (1), (2), (null)',
    expected: '1 row of a6.p is without its row in p6, which the revert forbids again',
    mended: 'truncate a6',
  },
  'FOREIGN KEY, MATCH FULL': {
    made: `create table p7 (x int, y int, primary key (x, y));
      create table a7 (x int, y int, constraint a7_p foreign key (x, y) references p7 match full)`,
    up: 'alter table a7 drop constraint a7_p',
    down: 'alter table a7 add constraint a7_p foreign key (x, y) references p7 match full',
    rows: 'insert into p7 values (1, 1); insert into a7 values (1, 1), (1, null), (null, null), (2, 2)',
    expected: '2 rows of a7 are without their row in p7, which the revert forbids again',
    mended: 'truncate a7',
  },
  CHECK: {
    made: 'create table a8 (price int constraint a8_price check (price > 0))',
    up: 'alter table a8 drop constraint a8_price',
    down: 'alter table a8 add constraint a8_price check (price > 0)',
    rows: 'insert into a8 values (1), (0), (-1), (null)',
    expected: '2 rows of a8 are against CHECK ((price > 0)), which the revert forbids again',
    mended: 'truncate a8',
  },
  EXCLUDE: {
    made: 'create table a9 (during int4range, constraint a9_during exclude using gist (during with &&))',
    up: 'alter table a9 drop constraint a9_during',
    down: 'alter table a9 add constraint a9_during exclude using gist (during with &&)',
    rows: `insert into a9 values ('[1,3)'), ('[2,4)'), ('[7,8)')`,
    expected: '2 rows of a9 are in conflict under EXCLUDE USING gist (during WITH &&), which the revert forbids again',
    mended: 'truncate a9',
  },
  'a domain’s CHECK and NOT NULL': {
    made: `create domain mail as text constraint mail_at check (value like '%@%'); create table b1 (m mail)`,
    up: 'alter domain mail drop constraint mail_at',
    down: `alter domain mail add constraint mail_at check (value like '%@%')`,
    rows: `insert into b1 values ('a@b'), ('nobody'), (null)`,
    expected: `1 row of b1.m is against CHECK ((VALUE ~~ '%@%'::text)) of domain mail, which the revert forbids again`,
    mended: 'truncate b1',
  },
  'a partition’s bounds': {
    made: 'create table b2 (n int) partition by range (n); create table b2_low partition of b2 for values from (0) to (10)',
    up: 'alter table b2 detach partition b2_low',
    down: 'alter table b2 attach partition b2_low for values from (0) to (10)',
    rows: 'insert into b2_low values (1), (10), (null)',
    expected: '2 rows of b2_low are outside the partition’s FROM (0) TO (10), which the revert forbids again',
    mended: 'truncate b2_low',
  },
  'rows of partitions, each on its own': {
    made: `create table b3 (n int, v text not null) partition by range (n);
      create table b3_low partition of b3 for values from (0) to (10); create table b3_high partition of b3 for values from (10) to (20)`,
    up: 'alter table b3 alter v drop not null',
    down: 'alter table b3 alter v set not null',
    rows: `insert into b3 values (1, null), (11, null), (12, 'x')`,
    expected: '1 row of b3_low.v is NULL, which the revert forbids again',
    mended: 'truncate b3',
  },
}
