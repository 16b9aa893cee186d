-- Every signature that a run took, whole: who said what with which key, provable by ssh-keygen alone for as long as
-- somebody knows whose key it was. Temporal forgets the messages with its retention; this stays.
create table proofs (
  deployment text not null references deployment_history,
  -- From 1, in the order in which the run took them.
  seq integer not null,
  -- start, or the message's name; and what of.
  action text not null,
  about text,
  -- The principal, and the fingerprint of the key (SHA256:...; null: a worker of before did not say).
  by text not null,
  key text,
  -- By the signer's clock, as it stands in the statement; and by the server's, when the run took it.
  signed_at timestamptz not null,
  taken_at timestamptz not null,
  -- The exact text that was signed, and the signature in the armor of ssh-keygen.
  statement text not null,
  signature text not null,
  primary key (deployment, seq)
);
