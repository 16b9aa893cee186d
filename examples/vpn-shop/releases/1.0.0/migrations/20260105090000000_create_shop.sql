-- Up Migration
create table plans (
  name text primary key,
  price_cents integer not null check (price_cents > 0),
  days integer not null check (days > 0)
);
insert into plans values ('basic', 500, 30), ('family', 900, 30);

create table users (
  id bigint generated always as identity primary key,
  email text not null unique,
  created_at timestamptz not null default now()
);

create table payments (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  plan text not null references plans,
  amount_cents integer not null,
  charge_id text not null unique,
  paid_at timestamptz not null default now()
);

create table subscriptions (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  payment_id bigint not null unique references payments,
  plan text not null references plans,
  status text not null default 'new',
  paid_until timestamptz not null,
  processed_at timestamptz
);

create table vpn_keys (
  id bigint generated always as identity primary key,
  user_id bigint not null references users,
  key_id text not null unique,
  created_at timestamptz not null default now()
);

create table worker_runs (
  worker text primary key,
  at timestamptz not null,
  processed integer not null
);

-- Down Migration
drop table worker_runs, vpn_keys, subscriptions, payments, users, plans;
