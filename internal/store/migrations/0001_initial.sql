-- Times are milliseconds since 1970 UTC. Columns called doc, tags, filter and
-- the like hold JSON text. What the two databases spell differently
-- stands between braces.

-- +goose Up
CREATE TABLE organisation (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  external_id TEXT NOT NULL, -- sealed
  settings    TEXT NOT NULL DEFAULT '{}',
  created     BIGINT NOT NULL
);

CREATE TABLE external_ids (
  id          TEXT PRIMARY KEY,
  valid_until BIGINT NOT NULL
);

CREATE TABLE accounts (
  num          {{.Serial}},
  id           TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  environment  TEXT NOT NULL,
  code         TEXT NOT NULL DEFAULT '',
  aws_id       TEXT NOT NULL UNIQUE,
  tags         TEXT NOT NULL DEFAULT '[]',
  role_arn     TEXT NOT NULL DEFAULT '',
  external_id  TEXT NOT NULL DEFAULT '', -- sealed
  subscription TEXT NOT NULL DEFAULT 'advanced',
  packages     TEXT NOT NULL DEFAULT '{}', -- costPackage, securityPackage
  bot          TEXT,                       -- as it was set; NULL until somebody does
  import_id    TEXT,                       -- the organisation import that keeps it
  created      BIGINT NOT NULL,
  deleting     BOOLEAN NOT NULL DEFAULT FALSE,

  -- When the next scan is due; NULL while the account is paused for good.
  next_scan    BIGINT,
  last_scan    BIGINT, -- end of the last scan that could read the account
  -- Since when, and why, the account cannot be read; NULL when it can.
  failed_since BIGINT,
  failure      TEXT,

  -- The scan that is going on, and until when its worker has it.
  scan_id      TEXT,
  scan_worker  TEXT,
  scan_started BIGINT,
  scan_lease   BIGINT,

  -- What the last scan reads of each type, as cloud.Inventory.Given has it;
  -- NULL before the first.
  given        TEXT
);
CREATE INDEX accounts_due ON accounts (next_scan);

CREATE TABLE scans (
  id       TEXT PRIMARY KEY,
  account  BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  reason   TEXT NOT NULL, -- schedule, manual
  worker   TEXT NOT NULL,
  started  BIGINT NOT NULL,
  finished BIGINT,
  outcome  TEXT NOT NULL, -- running, complete, partial, failed, abandoned
  error    TEXT NOT NULL DEFAULT '',
  counts   TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX scans_account ON scans (account, started);

-- The three large tables name accounts without a foreign key, which would cost
-- a look for every row: who deletes an account deletes its rows.
CREATE TABLE resources (
  account  BIGINT NOT NULL,
  id       BIGINT NOT NULL, -- a hash of type, region and resource
  type     TEXT NOT NULL,
  region   TEXT NOT NULL,
  resource TEXT NOT NULL,
  arn      TEXT NOT NULL,
  name     TEXT NOT NULL,
  tags     TEXT NOT NULL, -- {"key":"value"}
  tag_text TEXT NOT NULL, -- the tags as they are searched, see conformity.TagText
  excluded TEXT NOT NULL, -- ids of the rules that exceptions keep from it
  digest   BIGINT NOT NULL,
  created  BIGINT NOT NULL, -- when it was first seen
  modified BIGINT NOT NULL,
  doc      TEXT NOT NULL,
  PRIMARY KEY (account, id)
){{.Partition}};
{{range $i, $_ := .Parts}}CREATE TABLE resources_{{$i}} PARTITION OF resources FOR VALUES WITH (MODULUS {{len $.Parts}}, REMAINDER {{$i}});
{{end}}
CREATE INDEX resources_type ON resources (account, type, region, resource);
{{if .Postgres}}CREATE INDEX resources_tags ON resources USING gin (string_to_array(tag_text, E'\n'));
{{end}}CREATE INDEX resources_excluded ON resources (account) WHERE excluded <> '';

CREATE TABLE checks (
  account     BIGINT NOT NULL,
  id          BIGINT NOT NULL, -- a hash of rule, region and resource
  rule        TEXT {{.Bytes}} NOT NULL,
  service     TEXT NOT NULL,
  region      TEXT NOT NULL,
  resource    TEXT NOT NULL, -- empty for a check of an account or region
  resource_id BIGINT,        -- of resources
  origin      SMALLINT NOT NULL, -- 0 a rule, 1 pushed by a user, 2 a custom rule
  status      SMALLINT NOT NULL, -- 1 success, 2 failure, 3 unknown
  risk        SMALLINT NOT NULL, -- 1 low to 5 extreme
  message     TEXT NOT NULL,
  digest      BIGINT NOT NULL,
  not_scored  BOOLEAN NOT NULL DEFAULT FALSE,
  stale_since BIGINT,
  reason      TEXT, -- why it is unknown or stale
  suppressed       BOOLEAN NOT NULL DEFAULT FALSE,
  suppressed_until BIGINT,
  created      BIGINT NOT NULL,
  modified     BIGINT NOT NULL, -- the last change of anything
  status_since BIGINT NOT NULL, -- the last change of status
  discovered   BIGINT,
  resolved     BIGINT,
  updated_by   TEXT,
  introduced_by TEXT,
  resolved_by  TEXT,
  extra        TEXT, -- what only checks pushed by users and custom rules have
  categories   TEXT, -- of a check pushed by a user, between commas
  tag_text     TEXT, -- of a check pushed by a user, as in resources
  PRIMARY KEY (account, id)
){{.Partition}};
{{range $i, $_ := .Parts}}CREATE TABLE checks_{{$i}} PARTITION OF checks FOR VALUES WITH (MODULUS {{len $.Parts}}, REMAINDER {{$i}});
{{end}}
CREATE INDEX checks_rule ON checks (account, rule, id);
CREATE INDEX checks_status ON checks (account, status, risk, rule, id);
CREATE INDEX checks_resource ON checks (account, resource_id);
CREATE INDEX checks_pushed ON checks (account, rule, id) WHERE origin = 1;
CREATE INDEX checks_until ON checks (suppressed_until) WHERE suppressed_until IS NOT NULL;

CREATE TABLE check_history (
  account  BIGINT NOT NULL,
  check_id BIGINT NOT NULL,
  at       BIGINT NOT NULL,
  was      SMALLINT NOT NULL, -- 0: the check was new
  status   SMALLINT NOT NULL,
  scan_id  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (account, check_id, at)
){{.Partition}};
{{range $i, $_ := .Parts}}CREATE TABLE check_history_{{$i}} PARTITION OF check_history FOR VALUES WITH (MODULUS {{len $.Parts}}, REMAINDER {{$i}});
{{end}}

CREATE TABLE check_notes (
  account    BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  check_id   BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  note       TEXT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (account, check_id, at)
);

-- What the checks that users push have in common by their rule: that of the
-- newest holds for all.
CREATE TABLE pushed_rules (
  rule       TEXT PRIMARY KEY,
  title      TEXT NOT NULL,
  categories TEXT NOT NULL, -- ["security"]
  modified   BIGINT NOT NULL
);

-- How many checks there are of each kind, kept with the checks, so that a
-- total never takes a look at all of them: tallies for pages of checks, sums of
-- them by rule and by region for the figures of a dashboard.
CREATE TABLE tallies (
  account    BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  rule       TEXT {{.Bytes}} NOT NULL,
  service    TEXT NOT NULL,
  region     TEXT NOT NULL,
  status     SMALLINT NOT NULL,
  risk       SMALLINT NOT NULL,
  suppressed BOOLEAN NOT NULL,
  not_scored BOOLEAN NOT NULL,
  n          BIGINT NOT NULL
);
CREATE INDEX tallies_account ON tallies (account, rule);

CREATE TABLE rule_tallies (
  account    BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  rule       TEXT {{.Bytes}} NOT NULL,
  service    TEXT NOT NULL,
  status     SMALLINT NOT NULL,
  risk       SMALLINT NOT NULL,
  suppressed BOOLEAN NOT NULL,
  not_scored BOOLEAN NOT NULL,
  n          BIGINT NOT NULL
);
CREATE INDEX rule_tallies_account ON rule_tallies (account, rule);
CREATE INDEX rule_tallies_rule ON rule_tallies (rule);
CREATE INDEX rule_tallies_service ON rule_tallies (service);

CREATE TABLE region_tallies (
  account    BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  region     TEXT NOT NULL,
  status     SMALLINT NOT NULL,
  risk       SMALLINT NOT NULL,
  suppressed BOOLEAN NOT NULL,
  not_scored BOOLEAN NOT NULL,
  n          BIGINT NOT NULL
);
CREATE INDEX region_tallies_account ON region_tallies (account);

-- Sums over the scans of a day, for the evolution of the score.
CREATE TABLE scores (
  account   BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  day       BIGINT NOT NULL, -- days since 1970
  category  TEXT NOT NULL,   -- empty for all
  successes BIGINT NOT NULL,
  totals    BIGINT NOT NULL,
  PRIMARY KEY (day, account, category)
);

CREATE TABLE users (
  id              TEXT PRIMARY KEY,
  email           TEXT NOT NULL,        -- as it was given
  email_key       TEXT NOT NULL UNIQUE, -- in lower case
  first_name      TEXT NOT NULL DEFAULT '',
  last_name       TEXT NOT NULL DEFAULT '',
  role            TEXT NOT NULL,
  status          TEXT NOT NULL, -- ACTIVE, INVITED
  sso             BOOLEAN NOT NULL DEFAULT FALSE,
  subject         TEXT UNIQUE, -- of the identity provider
  password        TEXT NOT NULL DEFAULT '',
  totp            TEXT NOT NULL DEFAULT '', -- sealed
  totp_step       BIGINT NOT NULL DEFAULT 0,
  recovery        TEXT NOT NULL DEFAULT '[]',
  summary_opt_out BOOLEAN NOT NULL DEFAULT FALSE,
  created         BIGINT NOT NULL,
  last_login      BIGINT
);

CREATE TABLE user_access (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  account BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  level   TEXT NOT NULL,
  PRIMARY KEY (user_id, account)
);

CREATE TABLE api_keys (
  id        TEXT PRIMARY KEY,
  user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash      TEXT NOT NULL,
  status    TEXT NOT NULL,
  created   BIGINT NOT NULL,
  last_used BIGINT
);

CREATE TABLE sessions (
  id      TEXT PRIMARY KEY, -- hash of the cookie
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created BIGINT NOT NULL,
  seen    BIGINT NOT NULL,
  address TEXT NOT NULL
);

-- One-time links: the first administrator's, invitations, new passwords.
CREATE TABLE tokens (
  id      TEXT PRIMARY KEY, -- hash of the token
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  expires BIGINT NOT NULL
);

CREATE TABLE account_groups (
  id       TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  tags     TEXT NOT NULL,
  created  BIGINT NOT NULL,
  modified BIGINT NOT NULL
);

CREATE TABLE account_rules (
  account  BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  rule     TEXT NOT NULL,
  position BIGINT NOT NULL, -- the order in which they were first configured
  doc      TEXT NOT NULL,
  PRIMARY KEY (account, rule)
);

CREATE TABLE rule_notes (
  account    BIGINT NOT NULL REFERENCES accounts (num) ON DELETE CASCADE,
  rule       TEXT NOT NULL,
  at         BIGINT NOT NULL,
  note       TEXT NOT NULL,
  created_by TEXT NOT NULL
);
CREATE INDEX rule_notes_rule ON rule_notes (account, rule, at);

CREATE TABLE profiles (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  created     BIGINT NOT NULL,
  modified    BIGINT NOT NULL
);

CREATE TABLE profile_rules (
  profile TEXT NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
  rule    TEXT NOT NULL,
  doc     TEXT NOT NULL,
  PRIMARY KEY (profile, rule)
);

CREATE TABLE custom_rules (
  id       TEXT PRIMARY KEY,
  doc      TEXT NOT NULL,
  created  BIGINT NOT NULL,
  modified BIGINT NOT NULL
);

CREATE TABLE custom_standards (
  id       TEXT PRIMARY KEY,
  doc      TEXT NOT NULL,
  modified BIGINT NOT NULL
);

CREATE TABLE channels (
  id            TEXT PRIMARY KEY, -- {account}:communication:{channel}-{id}
  account       BIGINT REFERENCES accounts (num) ON DELETE CASCADE, -- NULL: the organisation's
  channel       TEXT NOT NULL,
  enabled       BOOLEAN NOT NULL,
  manual        BOOLEAN NOT NULL,
  filter        TEXT,
  configuration TEXT NOT NULL, -- sealed
  created       BIGINT NOT NULL
);

CREATE TABLE report_configs (
  id            TEXT PRIMARY KEY, -- {entity}:report-config:{id}
  account       BIGINT REFERENCES accounts (num) ON DELETE CASCADE,
  group_id      TEXT REFERENCES account_groups (id) ON DELETE CASCADE,
  configuration TEXT NOT NULL,
  created_by    TEXT NOT NULL,
  created       BIGINT NOT NULL
);

CREATE TABLE events (
  id          {{.Serial}},
  at          BIGINT NOT NULL,
  name        TEXT NOT NULL,
  account     BIGINT REFERENCES accounts (num) ON DELETE CASCADE, -- NULL: the organisation's
  user_id     TEXT NOT NULL DEFAULT '',
  identity    TEXT NOT NULL DEFAULT '',
  cloud       BOOLEAN NOT NULL DEFAULT FALSE, -- of the cloud, rather than of Surety
  service     TEXT NOT NULL DEFAULT '',
  region      TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  address     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX events_at ON events (at);
CREATE INDEX events_account ON events (account, at);

CREATE TABLE imports (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL,
  role_arn    TEXT NOT NULL DEFAULT '', -- with which the organisation is listed
  external_id TEXT NOT NULL DEFAULT '', -- sealed
  role_name   TEXT NOT NULL,            -- to assume in each account
  environment TEXT NOT NULL,
  tags        TEXT NOT NULL DEFAULT '[]',
  exclude     TEXT NOT NULL DEFAULT '[]', -- numbers of accounts to leave out
  created     BIGINT NOT NULL,
  next_run    BIGINT,
  last_run    BIGINT,
  failure     TEXT NOT NULL DEFAULT ''
);

CREATE TABLE workers (
  id      TEXT PRIMARY KEY,
  host    TEXT NOT NULL,
  started BIGINT NOT NULL,
  seen    BIGINT NOT NULL
);

-- What one process does for all of them, and until when nobody does it again.
CREATE TABLE duties (
  name   TEXT PRIMARY KEY,
  worker TEXT NOT NULL,
  until  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE duties;
DROP TABLE workers;
DROP TABLE imports;
DROP TABLE events;
DROP TABLE report_configs;
DROP TABLE channels;
DROP TABLE custom_standards;
DROP TABLE custom_rules;
DROP TABLE profile_rules;
DROP TABLE profiles;
DROP TABLE rule_notes;
DROP TABLE account_rules;
DROP TABLE account_groups;
DROP TABLE tokens;
DROP TABLE sessions;
DROP TABLE api_keys;
DROP TABLE user_access;
DROP TABLE users;
DROP TABLE scores;
DROP TABLE region_tallies;
DROP TABLE rule_tallies;
DROP TABLE tallies;
DROP TABLE pushed_rules;
DROP TABLE check_notes;
DROP TABLE check_history;
DROP TABLE checks;
DROP TABLE resources;
DROP TABLE scans;
DROP TABLE accounts;
DROP TABLE external_ids;
DROP TABLE organisation;
