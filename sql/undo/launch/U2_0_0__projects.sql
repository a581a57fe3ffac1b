-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- Takes all tenants' projects with it; what the audit log says of them stays. Without CASCADE: what a later version hung on it is refused.

set local role launch_owner;
set local search_path = pg_catalog, pg_temp;

drop table app.projects;
