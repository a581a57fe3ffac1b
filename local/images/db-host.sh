#!/bin/bash
# Copyright: (c) 2026, launch.database contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
#
# PID 1 of a DB instance: starts the server again after the container was stopped, and stops it properly.
# The server is not PID 1 itself, because a restart for a static parameter must not end the container.
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
pg_ctl() { as_postgres /usr/lib/postgresql/17/bin/pg_ctl -D /rds/data -w -l /rds/log/startup.log "$@"; }

install -d -o postgres -g postgres /var/run/postgresql
trap 'test ! -e /rds/data/postmaster.pid || pg_ctl -m fast stop; exit 0' TERM INT
if [ -e /rds/data/PG_VERSION ]; then
    rm -f /rds/data/postmaster.pid
    pg_ctl start
fi
while :; do
    sleep infinity &
    wait $!
done
