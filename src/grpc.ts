export {
  type GrpcCall,
  type GrpcCheckRequest,
  type GrpcCheckResponse,
  type GrpcHealth,
  type GrpcListResponse,
  type GrpcMethod,
  type GrpcReply,
  type GrpcStreamCall,
  grpcHealth,
} from "./server/grpc/grpc-js.ts";
