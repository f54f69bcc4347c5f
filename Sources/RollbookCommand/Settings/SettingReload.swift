import Logging
import Rollbook
import RollbookModel
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the settings again when the process is told to (SIGHUP): the policy and the schedules that they give are in force
/// from then on; settings that cannot be understood change nothing.
final class SettingReload: Service, HealthSource {
    private struct State {
        var settings: EffectiveSettings
        /// Why the last reading changed nothing.
        var failure: String?
    }

    private let state: Mutex<State>
    private let read: @Sendable () async throws -> EffectiveSettings
    private let apply: @Sendable (EffectiveSettings) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - settings: those in force.
    ///   - read: reads them again.
    ///   - apply: puts them in force.
    init(
        _ settings: EffectiveSettings, logger: Logger, read: @escaping @Sendable () async throws -> EffectiveSettings,
        apply: @escaping @Sendable (EffectiveSettings) -> Void
    ) {
        state = Mutex(State(settings: settings))
        self.logger = logger
        self.read = read
        self.apply = apply
    }

    /// Waits for the signal, again and again.
    func run() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() { await reload() }
    }

    /// Reads the settings again.
    func reload() async {
        do {
            let settings = try await read()
            let changed = state.withLock { state in
                defer { state = State(settings: settings) }
                return Self.changes(from: state.settings, to: settings)
            }
            apply(settings)
            let ignored = changed.filter { !EffectiveSettings.isReloadable($0) }
            logger.notice(
                "settings read again",
                metadata: ["changed": "\(changed.filter(EffectiveSettings.isReloadable).joined(separator: " "))"])
            if !ignored.isEmpty {
                logger.warning(
                    "settings that need a restart have changed",
                    metadata: ["settings": "\(ignored.joined(separator: " "))"])
            }
        } catch {
            let words = CommandFailure(error).message
            state.withLock { $0.failure = words }
            logger.error("settings not understood, the former ones stay", metadata: ["reason": "\(words)"])
        }
    }

    /// Whether the last reading was understood.
    func health() async -> [HealthPart] {
        let failure = state.withLock { $0.failure }
        return [
            failure.map {
                .degraded("settings", because: "those read last were not understood, so former ones hold: \($0)")
            }
                ?? .well("settings")
        ]
    }

    private static func changes(from old: EffectiveSettings, to new: EffectiveSettings) -> [String] {
        zip(old.entries, new.entries).filter { $0.text != $1.text }.map { $1.setting.name }
    }
}
