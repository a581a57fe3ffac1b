// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Transactions of a tenant with JDBC (pgjdbc) and any DataSource, a pool for one. Copy it; docs/applications.md says why it is as
 * it is.
 *
 * @param pool where connections come from
 * @param isolation what SET TRANSACTION takes, as in "isolation level serializable"; empty for the default
 * @param readOnly the transaction can't write
 * @param repeatable doing it twice is doing it once, so that it is repeated as well where it may have been committed
 * @param attempts how often at most
 */
public record Tenancy(DataSource pool, String isolation, boolean readOnly, boolean repeatable, int attempts) {
    private static final String SET_CONTEXT = "select app.set_context(?)";
    private static final int PAUSE = 50; // ms; doubles with each attempt

    /** What is done in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** The connection was lost while a transaction was being committed: nobody here knows whether it was. */
    public static final class MayBeCommitted extends SQLException {
        MayBeCommitted(SQLException cause) {
            super("the connection was lost while committing", cause);
        }
    }

    public Tenancy(DataSource pool) {
        this(pool, "", false, false, 5);
    }

    /** For reads, and for writes that bring their own ids with "on conflict do nothing". */
    public Tenancy forRepeatable() {
        return new Tenancy(pool, isolation, readOnly, true, attempts);
    }

    public Tenancy forReading() {
        return new Tenancy(pool, isolation, true, true, attempts);
    }

    public Tenancy serializable() {
        return new Tenancy(pool, "isolation level serializable", readOnly, repeatable, attempts);
    }

    /** Do work in a transaction, and all of it again, with a new token, where that is what helps. */
    public <T> T run(Supplier<String> makeToken, Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(makeToken.get(), work);
            } catch (MayBeCommitted doubt) {
                if (!repeatable || attempt >= attempts) {
                    throw doubt;
                }
            } catch (SQLException error) {
                if (attempt >= attempts || !(isLost(error) || isConflict(error))) {
                    throw error;
                }
            }
            pause(PAUSE << (attempt - 1));
        }
    }

    private <T> T once(String token, Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(readOnly); // a word of BEGIN, where setTransactionIsolation() would stay in the pool
            try {
                setContext(connection, token);
                T result = work.in(connection);
                commit(connection);
                return result;
            } catch (SQLException | RuntimeException error) {
                rollback(connection, error);
                throw error;
            } finally {
                restore(connection);
            }
        }
    }

    /** BEGIN, isolation and context go in one round trip. */
    private void setContext(Connection connection, String token) throws SQLException {
        String before = isolation.isEmpty() ? "" : "set transaction " + isolation + ";";
        try (PreparedStatement statement = connection.prepareStatement(before + SET_CONTEXT)) {
            statement.setString(1, token);
            statement.execute();
        }
    }

    /** PostgreSQL would take COMMIT for ROLLBACK after an error that was not passed on, and pgjdbc says nothing. */
    private static void commit(Connection connection) throws SQLException {
        if (connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED) {
            throw new SQLException("a statement failed and its error was not passed on: nothing can be committed", "25P02");
        }
        try {
            connection.commit();
        } catch (SQLException error) {
            throw isLost(error) ? new MayBeCommitted(error) : error;
        }
    }

    private static void rollback(Connection connection, Exception error) {
        try {
            connection.rollback();
        } catch (SQLException lost) {
            error.addSuppressed(lost);
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
        } catch (SQLException lost) {
            // It is closed, and the pool will notice.
        }
    }

    /** What is done within it is undone where it throws; the rest of the transaction, the context too, stays. */
    public static <T> T savepoint(Connection connection, Work<T> work) throws SQLException {
        Savepoint point = connection.setSavepoint();
        try {
            T result = work.in(connection);
            connection.releaseSavepoint(point);
            return result;
        } catch (SQLException | RuntimeException error) {
            connection.rollback(point);
            throw error;
        }
    }

    /** Another transaction was in the way; this one was rolled back. */
    public static boolean isConflict(SQLException error) {
        return Set.of("40001", "40P01").contains(String.valueOf(error.getSQLState()));
    }

    /** The connection is gone, or there was none to be had: class 08, or what a server says that goes away. */
    public static boolean isLost(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        return state.startsWith("08") || Set.of("57P01", "57P02", "57P03").contains(state);
    }

    private static void pause(int longest) throws SQLException {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(longest / 2, longest + 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", interrupted);
        }
    }

    /**
     * A transaction of one query in one round trip: what is sent before a sync is one transaction, and in autocommit pgjdbc sends
     * the statements of one text with one sync.
     */
    public static List<List<Object>> inOneRoundTrip(DataSource pool, String token, String query, Object... values) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(SET_CONTEXT + ";" + query)) {
            statement.setString(1, token);
            for (int place = 0; place < values.length; place++) {
                statement.setObject(place + 2, values[place]);
            }
            statement.execute();
            statement.getMoreResults();
            return rows(statement);
        }
    }

    private static List<List<Object>> rows(PreparedStatement statement) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        ResultSet found = statement.getResultSet();
        while (found != null && found.next()) {
            List<Object> row = new ArrayList<>();
            for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                row.add(found.getObject(column));
            }
            rows.add(row);
        }
        return rows;
    }

    /** A row of projects. */
    public record Project(OffsetDateTime createdAt, String id, String name) {}

    /** A page of a tenant's projects; it costs the same, however far it is. Full pages have a next one, which begins after their last. */
    public static List<Project> projects(Connection connection, Project after, int size) throws SQLException {
        String where = after == null ? "" : "where (created_at, id) > (?, ?)";
        String query = "select created_at, id, name from app.projects " + where + " order by created_at, id limit ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            int place = 0;
            if (after != null) {
                statement.setObject(++place, after.createdAt());
                statement.setString(++place, after.id());
            }
            statement.setInt(++place, size);
            List<Project> page = new ArrayList<>();
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    page.add(new Project(found.getObject(1, OffsetDateTime.class), found.getString(2), found.getString(3)));
                }
            }
            return page;
        }
    }

    /** Many rows in one statement; COPY is refused for tenants' tables. */
    public static int addProjects(Connection connection, List<String> names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("insert into app.projects (name) select unnest(?)")) {
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            return statement.executeUpdate();
        }
    }

    /** The properties of a connection to the pool, with its certificate verified; for DataSources that take some, as Hikari does. */
    public static Properties verified(String caFile) {
        Properties properties = new Properties();
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", caFile);
        return properties;
    }
}
