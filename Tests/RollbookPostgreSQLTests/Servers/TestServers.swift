import Foundation
import Testing

/// The servers that `script/services` starts. A test that needs them fails where they are not there.
enum TestServers {
    /// The primary's URL, of a superuser.
    static var primary: String { get throws { try value("TEST_POSTGRES_PRIMARY") } }
    /// The URL of its streaming replica.
    static var replica: String { get throws { try value("TEST_POSTGRES_REPLICA") } }
    /// The URL of PgBouncer, in transaction mode before the primary.
    static var pool: String { get throws { try value("TEST_PGBOUNCER") } }
    /// The folder of PostgreSQL's programs.
    static var programs: URL { get throws { URL(fileURLWithPath: try value("TEST_POSTGRES_BIN")) } }
    /// The folder in which tests make clusters of their own, as copies of `template`.
    static var clusters: URL { get throws { URL(fileURLWithPath: try value("TEST_POSTGRES_CLUSTERS")) } }

    /// The superuser's password, on all of them and on copies of the template.
    static var password: String {
        get throws { try #require(URLComponents(string: try primary)?.password) }
    }

    private static func value(_ name: String) throws -> String {
        try #require(
            ProcessInfo.processInfo.environment[name],
            "\(name) is not set: run the tests with script/test postgresql, or under script/services run")
    }
}
