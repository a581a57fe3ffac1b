// Copyright: (c) 2026, launch.database contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

package tenancy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Life of a token: longer than a client may wait for a connection of the pool (30 s), and the database refuses more than 300 s.
const Life = 60 * time.Second

// Issue makes a token for one transaction of a tenant, with the "key" of the secret, for the database of that name.
//
// It belongs where requests are authenticated. Who has the key can be any tenant: the code that makes SQL gets tokens, not the key.
func Issue(key, database, tenant, actor string, life time.Duration) (string, error) {
	for _, part := range []string{tenant, actor} {
		if part == "" || strings.Contains(part, " ") {
			return "", errors.New("tenant and actor are ids without a space")
		}
	}
	signed := fmt.Sprintf("%s%010d%s %s", mac(key, "key id")[:8], time.Now().Add(life).Unix(), tenant, actor)
	return mac(key, signed+" "+database) + signed, nil
}

func mac(key, text string) string {
	sum := hmac.New(sha256.New, []byte(key))
	sum.Write([]byte(text))
	return hex.EncodeToString(sum.Sum(nil))
}
