-- Copyright: (c) 2026, launch.database contributors
-- GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

-- The data model as launch's design has it, to hold the rules against. test_design.py says what they find.

-- Tenant Management
CREATE TABLE tenants (
    id TEXT PRIMARY KEY,  -- UILD format
    name VARCHAR(255) NOT NULL,
    domain VARCHAR(255) UNIQUE,
    status VARCHAR(50) NOT NULL DEFAULT 'active',
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
    created_by TEXT NOT NULL,  -- UILD of creator
    updated_by TEXT NOT NULL,  -- UILD of last modifier
    version INTEGER DEFAULT 1,
    settings JSONB DEFAULT '{}',
    CONSTRAINT valid_status CHECK (status IN ('active', 'inactive', 'suspended'))
);

-- Row Level Security Policy
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation_policy ON tenants
    USING (id = current_setting('app.tenant_id')::TEXT)
    WITH CHECK (id = current_setting('app.tenant_id')::TEXT);

-- Base Entity Template
CREATE TABLE base_entity (
    id TEXT PRIMARY KEY,  -- UILD format
    tenant_id TEXT NOT NULL REFERENCES tenants(id),
    created_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP,
    created_by TEXT NOT NULL,  -- UILD of creator
    updated_by TEXT NOT NULL,  -- UILD of last modifier
    version INTEGER DEFAULT 1,
    is_active BOOLEAN DEFAULT true,
    CONSTRAINT fk_tenant FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);

-- Audit Log with Partitioning
CREATE TABLE audit_log (
    id TEXT PRIMARY KEY,  -- UILD format
    tenant_id TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    entity_type VARCHAR(50) NOT NULL,
    action VARCHAR(50) NOT NULL,
    changes JSONB,
    performed_by TEXT NOT NULL,  -- UILD of actor
    performed_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP
) PARTITION BY RANGE (performed_at);

-- Create monthly partitions
CREATE TABLE audit_log_y2024m04 PARTITION OF audit_log
    FOR VALUES FROM ('2024-04-01') TO ('2024-05-01');

-- Indexes
CREATE INDEX idx_audit_tenant_date ON audit_log (tenant_id, performed_at);
CREATE INDEX idx_audit_entity ON audit_log (entity_id, entity_type);
