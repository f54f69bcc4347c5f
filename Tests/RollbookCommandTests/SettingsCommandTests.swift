import Foundation
import RollbookModel
import Testing

@testable import RollbookCommand

@Suite struct SettingsCommandTests {
    private func value(_ name: String, in run: Program.Run) throws -> [String: Any] {
        let list = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
        return try #require(list.first { $0["name"] as? String == name })
    }

    @Test func flagsComeBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() async throws {
        try await Program.inFolder { rollbook in
            let name = "policy.pass_mark"
            let environment = ["ROLLBOOK_POLICY_PASS_MARK": "50"]
            let unset = try await rollbook("config", "--format", "json")
            #expect(try value(name, in: unset)["value"] as? String == "70")
            #expect(try value(name, in: unset)["origin"] as? String == "default")
            try rollbook.write("policy:\n  pass_mark: 60\n", to: "rollbook.yaml")
            let file = try await rollbook("config", "--format", "json")
            #expect(try value(name, in: file)["value"] as? String == "60")
            let variable = try await rollbook("config", "--format", "json", environment: environment)
            #expect(try value(name, in: variable)["origin"] as? String == "environment ROLLBOOK_POLICY_PASS_MARK")
            let flag = try await rollbook("config", "--format", "json", "--pass-mark", "40", environment: environment)
            #expect(try value(name, in: flag)["value"] as? String == "40")
        }
    }

    @Test func theFileIsNamedByFlagOrVariable() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("readers: 7\n", to: "a.yaml")
            let flag = try await rollbook("config", "--format", "json", "--config", "a.yaml")
            #expect(try value("readers", in: flag)["value"] as? String == "7")
            let variable = try await rollbook("config", "--format", "json", environment: ["ROLLBOOK_CONFIG": "a.yaml"])
            #expect(try value("readers", in: variable)["origin"] as? String == "file a.yaml")
            #expect(try await rollbook("config", "--config", "b.yaml").status == 66)
        }
    }

    static let mistakes: [(String, String)] = [
        ("policy:\n  pas_mark: 60\n", "policy.pas_mark in rollbook.yaml is no setting"),
        ("readers: many\n", "readers in rollbook.yaml takes a whole number from 1 to 256"),
        ("readers: [1, 2]\n", "readers in rollbook.yaml takes a whole number"),
        ("policy:\n  time_zone: Mars/Olympus\n", "policy.time_zone in rollbook.yaml: time_zone takes a zone"),
        ("readers: [1\n", "cannot be understood as YAML"),
    ]

    @Test(arguments: Self.mistakes)
    func aMistakeInTheFileIsNamed(text: String, words: String) async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write(text, to: "rollbook.yaml")
            let run = try await rollbook("policy")
            #expect(run.status == 64)
            #expect(run.complaints.contains(words))
        }
    }

    static let brokenLines = [
        "policy:\n  pass_mark: 60\ndatabase: \"postgres://ann:opensesame@db/school\n",
        "database: 'postgres://ann:opensesame@db/school\n", "database: postgres: opensesame\n",
        "database: [opensesame\n", "database: *opensesame\n", "\topensesame: 1\n", "opensesame\n", "- opensesame\n",
        "database: !!binary opensesame\u{1}\n", "database: @opensesame\n", "database: \"\\opensesame\"\n",
    ]

    @Test(arguments: Self.brokenLines)
    func aBrokenLineOfTheFileIsNotQuoted(text: String) async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write(text, to: "rollbook.yaml")
            let run = try await rollbook("policy")
            #expect(run.status == 64)
            #expect(run.complaints.contains("cannot be understood as YAML: "))
            #expect(!(run.output + run.complaints).contains("sesame"))
        }
    }

    @Test func theLineAndTheColumnOfAMistakeAreNamed() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("readers: 2\ndatabase: postgres: opensesame\n", to: "rollbook.yaml")
            let complaints = try await rollbook("policy").complaints
            #expect(complaints.contains("line 2, column 19: mapping values are not allowed in this context"))
        }
    }

    @Test func aMistakeInTheEnvironmentIsNamed() async throws {
        try await Program.inFolder { rollbook in
            let unknown = try await rollbook("policy", environment: ["ROLLBOOK_FROB": "1"])
            #expect(unknown.status == 64)
            #expect(unknown.complaints.contains("ROLLBOOK_FROB is no setting"))
            let client = ["ROLLBOOK_URL": "http://127.0.0.1:8080", "ROLLBOOK_TOKEN": "t", "ROLLBOOK_TIMEOUT": "3"]
            #expect(try await rollbook("policy", environment: client).status == 0)
            let bad = try await rollbook("policy", environment: ["ROLLBOOK_QUERY_TIMEOUT": "soon"])
            #expect(bad.complaints.contains("ROLLBOOK_QUERY_TIMEOUT takes a whole number of seconds"))
        }
    }

    @Test func theMarksAreJudgedAsAPair() async throws {
        try await Program.inFolder { rollbook in
            #expect(try await rollbook("policy", "--pass-mark", "95", "--excellent-mark", "97").status == 0)
            let run = try await rollbook("policy", "--pass-mark", "95")
            #expect(run.status == 64)
            #expect(run.complaints.contains("must not be above excellent_mark"))
        }
    }

    @Test func aFileOfRemarksSetsNothing() async throws {
        try await Program.inFolder { rollbook in
            try rollbook.write("# nothing yet\n\n", to: "rollbook.yaml")
            #expect(try await rollbook("policy").status == 0)
        }
    }

    @Test func everySettingOfThePolicyHasAFlag() async throws {
        try await Program.inFolder { rollbook in
            let help = try await rollbook("refresh", "--help").output
            for setting in Setting.all where setting.name.hasPrefix("policy.") {
                #expect(help.contains(try #require(setting.flag)))
            }
            #expect(Policy.settings.count == Setting.all.count { $0.name.hasPrefix("policy.") })
        }
    }

    @Test func everyDefaultIsAccepted() {
        for setting in Setting.all { #expect(setting.standard.map(setting.accepts) ?? true, "\(setting.name)") }
    }

    @Test(arguments: ["sc://host", "mysql://host", "redis://user:secret@host"])
    func anEngineThatIsNotThereIsRefused(url: String) async throws {
        try await Program.inFolder { rollbook in
            let run = try await rollbook("info", "--database", url)
            #expect(run.status == 64)
            #expect(run.complaints.contains("DuckDB and PostgreSQL"))
            #expect(!run.complaints.contains("secret"))
        }
    }

    @Test func thePasswordOfTheSharedCacheIsNotShown() async throws {
        try await Program.inFolder { rollbook in
            _ = try await rollbook("generate", "school", "--students", "2", "--database", "a.duckdb")
            let urls = [
                "redis://me:opensesame@127.0.0.1:1/2", "redis://:opensesame@127.0.0.1:1", "redis://me:open@sesame@h",
                "rediss://:opensesame@h", "opensesame", "redis://127.0.0.1:1?password=opensesame",
            ]
            for url in urls {
                let environment = ["ROLLBOOK_CACHE_REDIS": url]
                for format in ["table", "json", "markdown"] {
                    let run = try await rollbook("config", "--format", format, environment: environment)
                    #expect(run.status == 0)
                    #expect(!run.output.contains("sesame") && !run.complaints.contains("sesame"))
                }
                let run = try await rollbook("refresh", "--database", "a.duckdb", environment: environment)
                #expect(!run.output.contains("sesame") && !run.complaints.contains("sesame"))
                // A cache that is not there keeps nobody from refreshing; an address that is none is a mistake.
                #expect(run.status == (urls.prefix(2).contains(url) ? 0 : 64))
            }
        }
    }

    @Test func passwordsAreNotShown() async throws {
        try await Program.inFolder { rollbook in
            let urls = "postgres://ann:opensesame@a.invalid/school postgres://b.invalid/school?password=opensesame"
            let environment = ["ROLLBOOK_POSTGRES_REPLICAS": urls]
            for format in ["table", "json", "markdown"] {
                let run = try await rollbook(
                    "config", "--format", format, "--database", "postgres://ann:opensesame@db.invalid:5433/school",
                    environment: environment)
                #expect(run.status == 0)
                #expect(!(run.output + run.complaints).contains("opensesame"))
                if format != "markdown" { #expect(run.output.contains("db.invalid:5433")) }
            }
            let refused = try await rollbook(
                "info", "--database", "postgres://ann:opensesame@db.invalid:5433/school", environment: environment)
            #expect(refused.status == 69)
            #expect(refused.complaints.contains("db.invalid"))
            #expect(!refused.complaints.contains("opensesame"))
        }
    }
}
