/// How a DuckDB database is opened.
public struct DuckDBConfiguration: Sendable {
    /// The database's file, or nil for one in memory that ends with the process.
    public var path: String?
    /// The most memory that DuckDB may take, as it writes sizes (`4GB`, `512MiB`); nil: four fifths of the machine's.
    public var memoryLimit: String?
    /// The folder for what does not fit into memory; nil: beside the database's file.
    public var temporaryDirectory: String?
    /// The threads that run queries; nil: one for each processor core.
    public var threads: Int?
    /// How many queries may run at once; those beyond wait. At least 1.
    public var maximumReaders: Int
    /// How many queries may wait; those beyond fail at once as overloaded.
    public var maximumWaiters: Int
    /// How long a query may wait for its turn, whatever its deadline; nil: until the deadline.
    public var maximumWait: Duration?

    /// Makes a configuration.
    public init(
        path: String?, memoryLimit: String? = nil, temporaryDirectory: String? = nil, threads: Int? = nil,
        maximumReaders: Int = 4, maximumWaiters: Int = 1024, maximumWait: Duration? = nil
    ) {
        self.path = path
        self.memoryLimit = memoryLimit
        self.temporaryDirectory = temporaryDirectory
        self.threads = threads
        self.maximumReaders = max(1, maximumReaders)
        self.maximumWaiters = maximumWaiters
        self.maximumWait = maximumWait
    }

    /// The settings by DuckDB's own names.
    var settings: [(name: String, value: String)] {
        var settings = [("autoinstall_known_extensions", "false"), ("autoload_known_extensions", "false")]
        if let memoryLimit { settings.append(("memory_limit", memoryLimit)) }
        if let temporaryDirectory { settings.append(("temp_directory", temporaryDirectory)) }
        if let threads { settings.append(("threads", String(threads))) }
        return settings
    }
}
