public import RollbookStore

/// One thing that every engine must do, and the proof of it: it throws ``CheckFailure`` where the engine does not.
public struct ConformanceCheck: Sendable, CustomStringConvertible {
    /// The fact, in words.
    public let name: String
    private let body: @Sendable (EngineMaker) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (EngineMaker) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// A check that needs one engine with an empty store.
    init(on name: String, _ body: @escaping @Sendable (any Engine) async throws -> Void) {
        self.init(name) { maker in try await maker.withEngine(body) }
    }

    /// Proves the fact on engines that `maker` makes.
    ///
    /// - Throws: ``CheckFailure`` where the engine does otherwise; what the engine throws.
    public func run(_ maker: EngineMaker) async throws { try await body(maker) }

    /// The fact.
    public var description: String { name }
}

/// Makes engines to be checked, each with an empty store of its own.
public struct EngineMaker: Sendable {
    private let make: @Sendable (_ readers: Int, _ waiters: Int) async throws -> any Engine

    /// Makes a maker.
    ///
    /// - Parameter make: makes an engine that runs so many queries at once, and lets so many wait.
    public init(_ make: @escaping @Sendable (_ readers: Int, _ waiters: Int) async throws -> any Engine) {
        self.make = make
    }

    /// Lends a new engine, which is closed afterwards.
    ///
    /// - Throws: what `body` throws, and what making the engine throws.
    public func withEngine<T: Sendable>(
        readers: Int = 4, waiters: Int = 1024, _ body: @Sendable (any Engine) async throws -> T
    ) async throws -> T {
        let engine = try await make(readers, waiters)
        do {
            let value = try await body(engine)
            await engine.close()
            return value
        } catch {
            await engine.close()
            throw error
        }
    }
}

/// What an engine should have done and did not.
public struct CheckFailure: Error, CustomStringConvertible {
    /// Expected and found, with what was asked.
    public let description: String

    init(_ description: String) { self.description = description }
}
