/// How much a cache holds, and for how long.
public struct CacheConfiguration: Hashable, Sendable {
    /// The memory that answers may take, in bytes, keys and bookkeeping included; 64 MiB by default. One that would
    /// take more than a quarter of it is not kept.
    public var maximumBytes: Int
    /// How long an answer is served after it was stored; an hour by default. 0 switches the cache off.
    public var timeToLive: Duration
    /// How long after an answer has expired, or its data has changed, it may still be given while one computation
    /// replaces it; such an answer says so. 0, the default: never.
    public var staleFor: Duration
    /// How long a claim to compute an answer for all servers holds unless it is renewed; two seconds by default. The
    /// servers wait so long at most for one that has died.
    public var leaseTime: Duration
    /// How long a server waits for another's computation before it computes by itself; ten seconds by default.
    public var patience: Duration

    /// Configures a cache.
    public init(
        maximumBytes: Int = 64 << 20, timeToLive: Duration = .seconds(3600), staleFor: Duration = .zero,
        leaseTime: Duration = .seconds(2), patience: Duration = .seconds(10)
    ) {
        self.maximumBytes = maximumBytes
        self.timeToLive = timeToLive
        self.staleFor = staleFor
        self.leaseTime = leaseTime
        self.patience = patience
    }

    /// Whether anything is kept at all.
    public var isOn: Bool { timeToLive > .zero }
}

/// What a cache did since it was made, and what it holds now.
public struct CacheStatistics: Hashable, Sendable {
    /// Questions that a stored answer answered.
    public var hits: Int64 = 0
    /// Questions that started a computation.
    public var misses: Int64 = 0
    /// Questions that waited for a computation somebody else had started.
    public var joins: Int64 = 0
    /// Questions that the cache that servers share has answered; they are among the misses.
    public var sharedHits: Int64 = 0
    /// Questions that were given an answer that was no longer the newest.
    public var staleHits: Int64 = 0
    /// Answers put out to make room.
    public var evictions: Int64 = 0
    /// Answers found too old.
    public var expirations: Int64 = 0
    /// Answers held now.
    public var entries = 0
    /// The memory that they take, in bytes, keys and bookkeeping included.
    public var bytes = 0
    /// Computations that somebody waits for now.
    public var inFlight = 0
}
