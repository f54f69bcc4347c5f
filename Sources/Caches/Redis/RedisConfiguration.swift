import RollbookModel

/// How a Redis server is reached and what is kept there.
public struct RedisConfiguration: Sendable {
    /// Where the server is.
    public var address: RedisAddress
    /// What every key begins with, so that others can use the same server.
    public var prefix: String
    /// How long a command may take, and 100 ms more for each megabyte that is on its way; what takes longer counts as gone,
    /// until it answers again.
    public var commandTimeout: Duration
    /// How long connecting, introducing oneself and the first answer may take.
    public var connectTimeout: Duration
    /// Answers that take more bytes are not shared: on one connection they would hold the others up.
    public var largestAnswer: Int

    /// Makes a configuration.
    ///
    /// - Throws: ``RollbookError`` with `invalidArgument` for a prefix that is none.
    public init(
        address: RedisAddress, prefix: String = "rollbook", commandTimeout: Duration = .milliseconds(100),
        connectTimeout: Duration = .seconds(1), largestAnswer: Int = 4 << 20
    ) throws {
        guard prefix.wholeMatch(of: /[A-Za-z0-9._:-]{1,64}/) != nil else {
            throw RollbookError(
                .invalidArgument, "the prefix of the shared cache takes 1 to 64 letters, digits, and . _ : -",
                subject: "cache.redis_prefix")
        }
        self.address = address
        self.prefix = prefix
        self.commandTimeout = commandTimeout
        self.connectTimeout = connectTimeout
        self.largestAnswer = largestAnswer
    }
}
