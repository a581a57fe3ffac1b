// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.util.PSQLException;

/** examples/jdbc, with Hikari as the pool. */
public final class Jdbc {
    private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));
    private static final Gson GSON = new Gson().newBuilder().serializeNulls().create();

    private final Map<String, HikariDataSource> pools = new HashMap<>();
    private final String url;
    private final JsonObject config;
    private int attempts;

    private Jdbc(JsonObject config) {
        this.config = config;
        JsonArray hosts = config.getAsJsonArray("hosts");
        JsonArray ports = config.getAsJsonArray("ports");
        String pairs = IntStream.range(0, hosts.size())
                .mapToObj(place -> hosts.get(place).getAsString() + ":" + ports.get(place).getAsInt()).collect(Collectors.joining(","));
        url = "jdbc:postgresql://" + pairs + "/" + config.get("database").getAsString();
        config.getAsJsonObject("logins").entrySet().forEach(login -> pools.put(login.getKey(), open(login.getValue().getAsJsonObject())));
    }

    private HikariDataSource open(JsonObject login) {
        HikariConfig hikari = new HikariConfig();
        hikari.setJdbcUrl(url);
        hikari.setUsername(login.get("user").getAsString());
        hikari.setPassword(login.get("password").getAsString());
        hikari.setDataSourceProperties(Tenancy.verified(config.get("ca").getAsString()));
        hikari.setMaximumPoolSize(2);
        hikari.setConnectionTimeout(10_000);
        return new HikariDataSource(hikari);
    }

    public static void main(String[] arguments) throws IOException {
        Jdbc program = new Jdbc(JsonParser.parseString(INPUT.readLine()).getAsJsonObject());
        tell(Map.of("ready", true));
        for (String line = INPUT.readLine(); line != null; line = INPUT.readLine()) {
            program.attempts = 0;
            Map<String, Object> answer = new LinkedHashMap<>();
            try {
                answer.putAll(program.answer(JsonParser.parseString(line).getAsJsonObject()));
            } catch (SQLException | RuntimeException error) {
                answer.put("error", described(error));
            }
            answer.put("attempts", program.attempts);
            tell(answer);
        }
        System.exit(0);
    }

    private Map<String, Object> answer(JsonObject request) throws SQLException {
        Supplier<String> makeToken = tokens(request);
        HikariDataSource write = pools.get("write");
        switch (request.get("do").getAsString()) {
            case "run":
                return Map.of("rows", tenancy(request).run(makeToken, connection -> {
                    attempts++;
                    return steps(connection, request.getAsJsonArray("steps"));
                }));
            case "bare":
                try (Connection connection = write.getConnection()) {
                    return Map.of("rows", query(connection, request.get("sql").getAsString(), new JsonArray()));
                }
            case "pages":
                return Map.of("names", pages(makeToken, request.get("size").getAsInt()));
            case "bulk":
                List<String> names = new ArrayList<>();
                request.getAsJsonArray("names").forEach(name -> names.add(name.getAsString()));
                return Map.of("count", tenancy(request).run(makeToken, connection -> Tenancy.addProjects(connection, names)));
            case "single":
                Object[] values = GSON.fromJson(request.get("values"), Object[].class);
                return Map.of("rows", Tenancy.inOneRoundTrip(write, makeToken.get(), marks(request.get("sql").getAsString()), values));
            case "issue":
                return Map.of("token", Tokens.issue(
                        request.get("key").getAsString(), request.get("database").getAsString(), request.get("tenant").getAsString(),
                        request.get("actor").getAsString(), request.get("life").getAsInt()));
            default:
                return trap(request);
        }
    }

    private Tenancy tenancy(JsonObject request) {
        boolean serializable = request.has("serializable") && request.get("serializable").getAsBoolean();
        return new Tenancy(
                pools.get(request.get("profile").getAsString()), serializable ? "isolation level serializable" : "",
                request.get("read_only").getAsBoolean(), request.get("repeatable").getAsBoolean(), request.get("attempts").getAsInt());
    }

    private static Supplier<String> tokens(JsonObject request) {
        List<String> tokens = new ArrayList<>();
        if (request.has("tokens")) {
            request.getAsJsonArray("tokens").forEach(token -> tokens.add(token.getAsString()));
        }
        return () -> tokens.size() > 1 ? tokens.remove(0) : tokens.get(0);
    }

    private List<String> pages(Supplier<String> makeToken, int size) throws SQLException {
        Tenancy reading = new Tenancy(pools.get("write")).forReading();
        List<String> names = new ArrayList<>();
        Tenancy.Project last = null;
        while (true) {
            Tenancy.Project after = last;
            List<Tenancy.Project> page = reading.run(makeToken, connection -> Tenancy.projects(connection, after, size));
            page.forEach(project -> names.add(project.name()));
            if (page.size() < size) {
                return names;
            }
            last = page.get(page.size() - 1);
        }
    }

    /** The rows of each query, one after another. */
    private List<Object> steps(Connection connection, JsonArray steps) throws SQLException {
        List<Object> found = new ArrayList<>();
        for (JsonElement element : steps) {
            JsonObject step = element.getAsJsonObject();
            if (step.has("sql")) {
                found.add(query(connection, step.get("sql").getAsString(), step.has("values") ? step.getAsJsonArray("values") : new JsonArray()));
            }
            if (step.has("savepoint")) {
                try {
                    found.addAll(Tenancy.savepoint(connection, inner -> steps(inner, step.getAsJsonArray("savepoint"))));
                } catch (SQLException | RuntimeException error) {
                    found.add(described(error));
                }
            }
            if (step.has("swallow")) {
                try {
                    query(connection, step.get("swallow").getAsString(), new JsonArray());
                } catch (SQLException error) {
                    found.add(described(error));
                }
            }
            if (step.has("fail")) {
                throw new IllegalStateException("asked to fail");
            }
            if (step.has("ask") && (!step.has("until") || attempts <= step.get("until").getAsInt())) {
                tell(Map.of("ask", step.get("ask").getAsString()));
                try {
                    INPUT.readLine();
                } catch (IOException gone) {
                    throw new UncheckedIOException(gone);
                }
            }
        }
        return found;
    }

    private static String marks(String sql) {
        return sql.replaceAll("\\$\\d+", "?");
    }

    private static List<List<Object>> query(Connection connection, String sql, JsonArray values) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(marks(sql))) {
            for (int place = 0; place < values.size(); place++) {
                JsonElement value = values.get(place);
                statement.setObject(place + 1, value.getAsJsonPrimitive().isNumber() ? (Object) value.getAsInt() : value.getAsString());
            }
            boolean hasRows = statement.execute();
            ResultSet found = hasRows ? statement.getResultSet() : null;
            while (found != null && found.next()) {
                List<Object> row = new ArrayList<>();
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(plain(found.getObject(column)));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static Object plain(Object value) {
        if (value instanceof Timestamp moment) {
            return moment.toInstant().toString();
        }
        return value == null || value instanceof Number || value instanceof Boolean ? value : value.toString();
    }

    /** What JDBC's own methods leave in a session: where, as the next client of the pool sees it. */
    private Map<String, Object> trap(JsonObject request) throws SQLException {
        JsonObject login = config.getAsJsonObject("logins").getAsJsonObject("write");
        Properties properties = Tenancy.verified(config.get("ca").getAsString());
        properties.setProperty("user", login.get("user").getAsString());
        properties.setProperty("password", login.get("password").getAsString());
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            switch (request.get("name").getAsString()) {
                case "isolation" -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                case "schema" -> connection.setSchema("pg_catalog");
                default -> throw new IllegalArgumentException("unknown trap");
            }
        }
        return Map.of();
    }

    private static Map<String, Object> described(Exception error) {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("kind", error.getClass().getSimpleName());
        words.put("sqlstate", error instanceof SQLException known ? known.getSQLState() : null);
        words.put("constraint",
                error instanceof PSQLException known && known.getServerErrorMessage() != null ? known.getServerErrorMessage().getConstraint() : null);
        words.put("text", error.getMessage());
        return words;
    }

    private static void tell(Map<String, ?> answer) {
        System.out.println(GSON.toJson(answer));
    }
}
