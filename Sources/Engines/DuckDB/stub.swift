import CDuckDB
import RollbookModel
