// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens for set_context(token), with nothing but the JDK. Copy it.
 *
 * <p>It belongs where requests are authenticated. Who has the key can be any tenant: the code that makes SQL gets tokens, not the key.
 */
public final class Tokens {
    /** Seconds; longer than a client may wait for a connection of the pool (30), and the database refuses more than 300. */
    public static final int LIFE = 60;

    private Tokens() {}

    /** A token for one transaction of a tenant, made with the "key" of the secret, for the database of that name. */
    public static String issue(String key, String database, String tenant, String actor, int life) {
        for (String part : List.of(tenant, actor)) {
            if (part.isEmpty() || part.contains(" ")) {
                throw new IllegalArgumentException("tenant and actor are ids without a space");
            }
        }
        String signed = "%s%010d%s %s".formatted(mac(key, "key id").substring(0, 8), Instant.now().getEpochSecond() + life, tenant, actor);
        return mac(key, signed + " " + database) + signed;
    }

    private static String mac(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has HmacSHA256
        }
    }
}
