import RollbookModel

/// One setting: its name, what it takes, its default and its meaning. The table ``all`` is the only place where settings
/// are declared; flags, environment, configuration file, `rollbook config` and its documentation all come from it.
struct Setting: Sendable {
    /// What a setting takes.
    enum Kind: Sendable {
        /// Any text that is not empty, described in words.
        case text(String)
        /// How a server is reached, perhaps with a password, which is never shown; described in words.
        case connection(String)
        /// A whole number in a range, with its unit where it has one.
        case wholeNumber(ClosedRange<Int>, unit: String?)
        /// One of a few words.
        case oneOf([String])
        /// When something is to happen, as cron writes it, or `off`; what is wrong with one says the expression itself.
        case schedule
        /// A zone of the IANA database.
        case zone
        /// A setting of the policy, which knows what it takes.
        case policy(Policy.Setting)
    }

    /// The name, and the key in the configuration file: nested by dots.
    let name: String
    /// What it takes.
    let kind: Kind
    /// What holds where nobody sets it; nil: nothing does.
    let standard: String?
    /// What it decides.
    let meaning: String
    /// The flag that sets it, where there is one.
    let flag: String?

    init(_ name: String, _ kind: Kind, standard: String?, flag: String? = nil, _ meaning: String) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.flag = flag
        self.meaning = meaning
    }

    /// The name's parts, as they are nested in the configuration file.
    var path: [String] { name.split(separator: ".").map(String.init) }

    /// The environment variable that sets it.
    var environmentName: String { "ROLLBOOK_" + name.replacing(".", with: "_").uppercased() }

    /// What it takes, in words.
    var expectation: String {
        switch kind {
        case .text(let words), .connection(let words): words
        case .wholeNumber(let range, let unit):
            (unit.map { "a whole number of \($0)" } ?? "a whole number")
                + (range.upperBound == .max
                    ? ", at least \(range.lowerBound)" : " from \(range.lowerBound) to \(range.upperBound)")
        case .oneOf(let words): words.joined(separator: ", ")
        case .schedule: "five fields as cron writes them, such as 0 2 * * *, a name such as @daily, or off"
        case .zone: "a zone of the IANA database, such as Europe/Berlin"
        case .policy(let setting): setting.expectation
        }
    }

    /// Whether it takes the text. The policy judges its own, together.
    func accepts(_ text: String) -> Bool {
        switch kind {
        case .text, .connection: !text.isEmpty
        case .wholeNumber(let range, _): Int(text).map(range.contains) ?? false
        case .oneOf(let words): words.contains(text)
        case .zone: Zone(identifier: text) != nil
        case .policy, .schedule: true
        }
    }
}

extension Setting {
    /// Every setting, in the order in which they are listed.
    static let all: [Setting] =
        [database] + policy + jobs + cache + questions + duckDB + postgreSQL + server + connections + observing

    /// The name of the setting that names the cache which servers share.
    static let sharedCache = "cache.redis"

    private static let database = Setting(
        "database", .connection("the path of a DuckDB file, or postgres://user@host/database"), standard: nil,
        flag: "--database", "the database that holds the records")

    private static let policy = zip(Policy.settings, Policy().values).map { setting, standard in
        var text = JSONWriter()
        text.value(standard.value)
        return Setting(
            "policy.\(setting.name)", .policy(setting), standard: standard.value.text ?? text.text,
            flag: "--" + setting.name.replacing("_", with: "-"), setting.meaning)
    }

    private static let cache = [
        Setting(
            "cache.maximum_bytes", .wholeNumber(0...(.max), unit: "bytes"), standard: "67108864",
            "the memory that answers kept by the server may take"),
        Setting(
            "cache.time_to_live", .wholeNumber(0...31_536_000, unit: "seconds"), standard: "3600",
            "how long an answer is kept; 0 switches the cache off"),
        Setting(
            "cache.stale_for", .wholeNumber(0...31_536_000, unit: "seconds"), standard: "0",
            "how long after it has expired, or its data has changed, an answer may still be given, marked as stale, while it"
                + " is computed anew; 0: never"),
        Setting(
            sharedCache, .connection("redis://user:password@host:port/number, or unix:///path of a socket"),
            standard: nil,
            "the Redis server in which several servers share their answers; not set: each keeps its own"),
        Setting(
            "cache.redis_prefix", .text("1 to 64 letters, digits, and . _ : -"), standard: "rollbook",
            "what every key in Redis begins with"),
        Setting(
            "cache.redis_timeout", .wholeNumber(1...60_000, unit: "milliseconds"), standard: "100",
            "how long Redis may take for a command before answers come from the database instead"),
    ]

    private static let questions = [
        Setting(
            "query_timeout", .wholeNumber(0...86_400, unit: "seconds"), standard: "30",
            "how long a question may take before it is stopped; 0: as long as it takes"),
        Setting(
            "queue.length", .wholeNumber(0...1_000_000, unit: nil), standard: "256",
            "how many questions may wait for their turn at each queue of the engine; further ones are refused at once"),
        Setting(
            "queue.maximum_wait", .wholeNumber(0...86_400, unit: "seconds"), standard: "10",
            "how long a question may wait for its turn before it is refused; 0: until query_timeout"),
        Setting(
            "slow_query", .wholeNumber(0...86_400_000, unit: "milliseconds"), standard: "1000",
            "from how long on a question that the engine answers is logged as slow; 0: none is"),
    ]

    private static let duckDB = [
        Setting(
            "memory_limit", .text("a size such as 4GB or 512MiB"), standard: nil,
            "the most memory that DuckDB may take; not set: four fifths of the machine's"),
        Setting(
            "threads", .wholeNumber(1...1024, unit: nil), standard: nil,
            "the threads that DuckDB runs queries on; not set: one for each processor core"),
        Setting(
            "temporary_directory", .text("the path of a folder"), standard: nil,
            "where DuckDB puts what does not fit into memory; not set: beside the database"),
        Setting(
            "readers", .wholeNumber(1...256, unit: nil), standard: "4",
            "how many questions DuckDB may run at once"),
    ]

    private static let postgreSQL = [
        Setting(
            "postgres.replicas", .connection("postgres://… of each replica, separated by spaces"), standard: nil,
            "the replicas of the PostgreSQL database, which questions go to first"),
        Setting(
            "postgres.max_replica_lag", .wholeNumber(1...86_400, unit: "seconds"), standard: "30",
            "how far behind the primary a replica may be and still answer"),
        Setting(
            "postgres.maximum_connections", .wholeNumber(2...1000, unit: nil), standard: "10",
            "the most connections to each server; further questions wait"),
        Setting(
            "postgres.minimum_connections", .wholeNumber(0...1000, unit: nil), standard: "0",
            "how many connections to each server are kept, however long they idle"),
        Setting(
            "postgres.idle_timeout", .wholeNumber(1...86_400, unit: "seconds"), standard: "300",
            "how long a connection idles before it is closed"),
        Setting(
            "postgres.connect_timeout", .wholeNumber(1...300, unit: "seconds"), standard: "5",
            "how long connecting may take"),
        Setting(
            "postgres.work_memory", .text("a size such as 64MB"), standard: "64MB",
            "the memory that each sort or hash of a question may take (work_mem)"),
    ]

    private static let server = [
        Setting(
            "server.host", .text("a loopback address: 127.0.0.1, ::1 or localhost"), standard: "127.0.0.1",
            flag: "--host", "the address on which the server listens"),
        Setting(
            "server.port", .wholeNumber(0...65_535, unit: nil), standard: "8080", flag: "--port",
            "the port on which the server listens; 0: any that is free"),
        Setting(
            "server.drain_delay", .wholeNumber(0...3600, unit: "seconds"), standard: "0",
            "how long a server that is to stop still takes connections while /health/ready says that it should get none;"
                + " behind a load balancer, longer than it needs to notice"),
        Setting(
            "server.shutdown_timeout", .wholeNumber(1...86_400, unit: "seconds"), standard: "30",
            "how long a server that is to stop waits for the answers under way, after the drain delay"),
        Setting(
            "log_format", .oneOf(["text", "json"]), standard: "text",
            "whether log lines are written for people, or as JSON objects"),
        Setting(
            "log_level", .oneOf(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
            standard: "info", "how much is logged; at debug, failures also show the engine's own words"),
    ]
}

extension Setting {
    fileprivate static let connections = [
        Setting(
            "server.maximum_connections", .wholeNumber(1...1_000_000, unit: nil), standard: "1024",
            "how many connections the server holds at once; further ones wait until one ends"),
        Setting(
            "server.idle_timeout", .wholeNumber(1...86_400, unit: "seconds"), standard: "75",
            "how long a connection may stay open without a request"),
        Setting(
            "server.request_timeout", .wholeNumber(1...86_400, unit: "seconds"), standard: "15",
            "how long a request may take to arrive whole"),
        Setting(
            "server.answer_timeout", .wholeNumber(1...86_400, unit: "seconds"), standard: "60",
            "how long a client may take to receive an answer"),
    ]

    fileprivate static let observing = [
        Setting(
            "metrics", .oneOf(["on", "off"]), standard: "on", "whether the server measures, and shows it at /metrics"),
        Setting(
            "tracing.file", .text("the path of a file"), standard: nil,
            "where spans are written as lines of OTLP JSON; not set: nothing is traced"),
        Setting(
            "tracing.sample_percentage", .wholeNumber(0...100, unit: nil), standard: "100",
            "how many of a hundred traces that begin here are recorded; for others their beginner decides"),
    ]
}

extension JSONWriter {
    /// What has been written, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
