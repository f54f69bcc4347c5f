import Rollbook
import RollbookCache
import RollbookDuckDB
import RollbookModel
import RollbookPostgreSQL
import RollbookRedis

/// The settings in force: every one has been understood.
struct EffectiveSettings: Sendable {
    /// A setting and what it is.
    struct Entry: Sendable {
        let setting: Setting
        let text: String?
        let origin: SettingOrigin

        /// What it is, for people: passwords are left out.
        var shown: String? {
            guard case .connection = setting.kind else { return text }
            guard let text else { return nil }
            if setting.name == Setting.sharedCache { return RedisAddress.redacted(text) }
            // libpq takes a password with a space in it, so only a list is taken apart, and only at what begins an address.
            return text.split(separator: /\s+(?=postgres(ql)?:\/\/)/).map(String.init)
                .map { PostgresAddress.isURL($0) ? PostgresAddress.redacted($0) : $0 }.joined(separator: " ")
        }
    }

    /// Every setting, in declared order.
    let entries: [Entry]
    /// The definitions in force.
    let policy: Policy
    /// How the jobs run.
    let jobs: JobsConfiguration

    private let texts: [String: String]

    /// Reads and understands every setting.
    ///
    /// - Throws: ``CommandFailure`` that names the setting, where it stands, and what it takes.
    init(_ sources: SettingSources) throws {
        let entries = try Setting.all.map { setting in
            let (text, origin) = try sources.value(of: setting)
            if let text, !setting.accepts(text) {
                throw CommandFailure(.usage, "\(Self.place(setting, origin)) takes \(setting.expectation)")
            }
            return Entry(setting: setting, text: text, origin: origin)
        }
        self.entries = entries
        texts = Dictionary(
            uniqueKeysWithValues: entries.compactMap { entry in entry.text.map { (entry.setting.name, $0) } })
        policy = try Self.policy(of: entries)
        jobs = try Self.jobs(of: entries)
    }

    /// The text of a setting that has one.
    subscript(name: String) -> String? { texts[name] }

    /// The number of a setting that takes one.
    func number(_ name: String) -> Int? { texts[name].flatMap { Int($0) } }

    /// How the warehouse answers.
    var warehouse: WarehouseConfiguration {
        let timeout = number("query_timeout") ?? 0
        return WarehouseConfiguration(
            policy: policy,
            cache: CacheConfiguration(
                maximumBytes: number("cache.maximum_bytes") ?? 0,
                timeToLive: .seconds(number("cache.time_to_live") ?? 0),
                staleFor: .seconds(number("cache.stale_for") ?? 0), patience: Self.patience(within: timeout)),
            queryTimeout: timeout == 0 ? nil : .seconds(timeout))
    }

    /// How long another server's computation is waited for: who then computes has as much time left again.
    private static func patience(within timeout: Int) -> Duration {
        let longest = CacheConfiguration().patience
        return timeout == 0 ? longest : min(longest, .seconds(timeout) / 2)
    }

    /// How the cache that servers share is reached; nil where there is none.
    ///
    /// - Throws: ``RollbookError`` where a setting is not what it may be.
    func sharedCache() throws -> RedisConfiguration? {
        guard let text = texts[Setting.sharedCache] else { return nil }
        return try RedisConfiguration(
            address: RedisAddress(text), prefix: texts["cache.redis_prefix"] ?? "rollbook",
            commandTimeout: .milliseconds(number("cache.redis_timeout") ?? 100))
    }

    /// How a DuckDB file is opened.
    func engine(path: String) -> DuckDBConfiguration {
        DuckDBConfiguration(
            path: path, memoryLimit: texts["memory_limit"], temporaryDirectory: texts["temporary_directory"],
            threads: number("threads"), maximumReaders: number("readers") ?? 1,
            maximumWaiters: number("queue.length") ?? 0, maximumWait: maximumWait)
    }

    /// How a PostgreSQL database is reached.
    ///
    /// - Throws: ``RollbookError`` or ``CommandFailure`` where a setting is not what it may be.
    func engine(_ address: PostgresAddress) throws -> PostgresConfiguration {
        let replicas = try (texts["postgres.replicas"] ?? "").split(whereSeparator: \.isWhitespace).map { text in
            guard PostgresAddress.isURL(String(text)) else {
                throw CommandFailure(
                    .usage, "postgres.replicas takes postgres://… of each replica, separated by spaces")
            }
            return try PostgresAddress(String(text))
        }
        let seconds = { (name: String) in Duration.seconds(number("postgres.\(name)") ?? 1) }
        let timeout = number("query_timeout") ?? 0
        return try PostgresConfiguration(
            primary: address, replicas: replicas, minimumConnections: number("postgres.minimum_connections") ?? 0,
            maximumConnections: number("postgres.maximum_connections") ?? 2, idleTimeout: seconds("idle_timeout"),
            connectTimeout: seconds("connect_timeout"), maximumWaiters: number("queue.length") ?? 0,
            maximumWait: maximumWait,
            statementTimeout: timeout == 0 ? .seconds(86_400) : .seconds(timeout),
            workMemory: texts["postgres.work_memory"] ?? "", maximumReplicaLag: seconds("max_replica_lag"))
    }

    /// How long a question may wait for its turn; nil: until its deadline.
    private var maximumWait: Duration? {
        number("queue.maximum_wait").flatMap { $0 == 0 ? nil : .seconds($0) }
    }

    private static func policy(of entries: [Entry]) throws -> Policy {
        var policy = Policy()
        var given: [String: Entry] = [:]
        for entry in entries {
            if case .policy(let setting) = entry.setting.kind, entry.origin != .standard { given[setting.name] = entry }
        }
        do {
            try policy.set(given.compactMapValues(\.text))
        } catch let error as RollbookError {
            guard let entry = error.subject.flatMap({ given[$0] }) else { throw error }
            throw CommandFailure(.usage, "\(place(entry.setting, entry.origin)): \(error.message)")
        }
        return policy
    }

    /// How messages name a setting where it stands.
    static func place(_ setting: Setting, _ origin: SettingOrigin) -> String {
        switch origin {
        case .flag(let name): name
        case .environment(let name): "the environment variable \(name)"
        case .file(let path): "\(setting.name) in \(path)"
        case .standard: setting.name
        }
    }
}
