import RollbookModel

/// Work that a warehouse does by itself, at its times or when it is asked to.
public enum Job: String, CaseIterable, Sendable {
    /// Fills the summary views anew, and so moves the data version.
    case refresh
    /// Measures tables, views, indexes, the cache and the slowest questions, and keeps the figures.
    case statistics
    /// Answers what people really ask, so that it is in memory when they ask again.
    case warm
    /// Makes what is missing: the store's tables, and views that were never filled.
    case prepare

    /// The job of a name.
    ///
    /// - Throws: ``RollbookError`` with `notFound` where there is none.
    public init(named name: String) throws {
        guard let job = Job(rawValue: name) else {
            throw RollbookError(
                .notFound,
                "there is no job of this name; the jobs are \(Job.allCases.map(\.rawValue).joined(separator: ", "))",
                subject: "job")
        }
        self = job
    }

    /// What it does, in one sentence.
    public var meaning: String {
        switch self {
        case .refresh: "fills the summary views anew"
        case .statistics: "measures tables, indexes, cache and slow questions"
        case .warm: "computes the answers that people ask for"
        case .prepare: "makes what is missing"
        }
    }

    /// What its runs count.
    public var countedThing: String {
        switch self {
        case .refresh: "rows"
        case .statistics: "figures"
        case .warm: "answers"
        case .prepare: "things made"
        }
    }
}
